// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

import { cache } from '@emotion/css';

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

// Styles are for browsers. jsdom would match every rule with an element and all that it stands in, each time that a
// menu or a test asks how one element looks: most of the time that the tests of the editors took.
cache.sheet.insert = () => {};
