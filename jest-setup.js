// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

// What Grafana's menus need of a browser and jsdom does not have: a view that options can be in, and text with a width.
global.IntersectionObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
const view = { x: 0, y: 0, top: 0, left: 0, right: 300, bottom: 400, width: 300, height: 400, toJSON: () => '' };
Element.prototype.getBoundingClientRect = () => view;
Object.defineProperties(Element.prototype, {
  clientHeight: { get: () => view.height },
  clientWidth: { get: () => view.width },
});
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: 8 * text.length }) });
