// One editor in one browser page, and what a person does with it.
import assert from 'node:assert/strict';
import path from 'node:path';

import { ORIGIN, serve } from './serve.mjs';

/**
 * Opens an editor. `setup`: `editor` (config, query, variable), `value` (what is saved so far), `app`, `variables` (of
 * the dashboard), `resources` (see serve), `light`, `width`.
 */
export async function openEditor(browser, root, setup) {
  const context = await browser.newContext({
    viewport: { width: setup.width ?? 1100, height: setup.editor === 'config' ? 900 : 420 },
  });
  const page = await context.newPage();
  // Generous, for a machine that is busy with other things; nothing waits this long when all is well.
  page.setDefaultTimeout(20_000);
  page.setDefaultNavigationTimeout(60_000);

  const complaints = [];
  const asked = [];
  // A resource that is refused on purpose makes the browser complain too; that one is expected.
  const expected = (text) => setup.refused && text.includes('Failed to load resource');
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !expected(message.text())) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(String(error)));

  const traffic = await serve(context, { root, resources: setup.resources ?? {}, asked, missing: complaints });
  await page.addInitScript((given) => {
    window.atlasSetup = given;
  }, setup);
  await page.goto(ORIGIN);
  await page
    .waitForFunction(() => window.atlas)
    .catch((error) => {
      throw new Error(`the editor did not appear: ${complaints.join('\n') || error.message}`);
    });

  return {
    page,
    asked,
    /** What would be saved now. */
    saved: async () => (await settled(page)).value,
    /** How often the query was run. */
    runs: async () => (await settled(page)).runs,
    /** Picks an option from the menu of a field; `typed` narrows it first. */
    async pick(label, option, typed) {
      const input = page.getByRole('combobox', { name: label, exact: true });
      await input.click();
      if (typed !== undefined) {
        await input.fill(typed);
      }
      await page.getByRole('option', { name: option }).first().click();
      // A menu of several stays open until it is left.
      if ((await input.getAttribute('aria-expanded')) === 'true') {
        await input.blur();
      }
    },
    async screenshot(name, wholePage = true) {
      await quiet(page, traffic);
      await page.screenshot({ path: path.join(root, '.cache/browser', `${name}.png`), fullPage: wholePage });
    },
    /** Draws a picture of the documentation: the page from a height on, as high as is said. */
    async picture(name, top, height) {
      await quiet(page, traffic);
      const clip = { x: 0, y: top, width: page.viewportSize().width, height };
      await page.screenshot({ path: path.join(root, 'docs/img', `${name}.png`), fullPage: true, clip });
    },
    async close() {
      await context.close();
      assert.deepEqual(complaints, [], 'the browser complained');
    },
  };
}

// Waits until nothing is on its way for a while, icons above all; five seconds are enough for a picture.
async function quiet(page, traffic) {
  await page.evaluate(() => document.fonts.ready);
  for (let tries = 0, still = 0; tries < 50 && still < 3; tries++) {
    await page.waitForTimeout(100);
    still = traffic.pending === 0 ? still + 1 : 0;
  }
}

// What the page holds once nothing changes any more: menus report a choice a moment after the click.
async function settled(page) {
  let before;
  let now = await page.evaluate(() => window.atlas);
  do {
    before = now;
    await page.waitForTimeout(100);
    now = await page.evaluate(() => window.atlas);
  } while (JSON.stringify(now) !== JSON.stringify(before));
  return now;
}
