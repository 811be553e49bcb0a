// Uses the built editors in a real browser as a person would, and compares what they would save.
//
//   npm run test:browser             all
//   npm run test:browser -- variable those whose name holds a word
//   npm run test:browser -- pictures draws the pictures of the editors in docs/img anew, and tests nothing
//
// CHROMIUM names the browser; without it, /usr/bin/chromium. Screenshots are in .cache/browser.
import { execFileSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

import { configTests } from './config.mjs';
import { numberTests } from './numbers.mjs';
import { openEditor } from './page.mjs';
import { pictures } from './pictures.mjs';
import { queryTests } from './query.mjs';
import { tableTests } from './tables.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, '../..');
const OUT = path.join(ROOT, '.cache/browser');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function prepare() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  // What is tested is the production bundle, as it is now.
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  await build({
    entryPoints: [path.join(HERE, 'host.jsx')],
    outfile: path.join(OUT, 'host.js'),
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    minify: true,
    logLevel: 'error',
    // Styles and fonts of a code editor that is not shown.
    loader: { '.css': 'empty', '.ttf': 'empty' },
    // React says more about mistakes than it does in production.
    define: { 'process.env.NODE_ENV': '"development"' },
  });
}

async function runTests(browser, tests) {
  let failed = 0;
  for (const [name, test] of tests) {
    const started = Date.now();
    try {
      await test((setup) => openEditor(browser, ROOT, setup));
      console.log(`✔ ${name} (${Date.now() - started} ms)`);
    } catch (error) {
      failed++;
      console.error(`✖ ${name}\n${indent(error.stack)}`);
      await keepEvidence(browser, failed);
    }
  }
  return failed;
}

async function keepEvidence(browser, number) {
  for (const context of browser.contexts()) {
    for (const page of context.pages()) {
      await page.screenshot({ path: path.join(OUT, `failed-${number}.png`), fullPage: true });
    }
    await context.close();
  }
}

function indent(text) {
  return text.replace(/^/gm, '    ');
}

async function main() {
  const word = process.argv[2] ?? '';
  const all = Object.entries({ ...configTests, ...queryTests, ...tableTests, ...numberTests });
  const tests = word === 'pictures' ? Object.entries(pictures) : all.filter(([name]) => name.includes(word));
  await prepare();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
  try {
    const failed = await runTests(browser, tests);
    console.log(`${tests.length - failed} passed, ${failed} failed`);
    process.exitCode = failed > 0 || tests.length === 0 ? 1 : 0;
  } finally {
    await browser.close();
  }
}

await main();
