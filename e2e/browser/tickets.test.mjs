// Tickets: a report from an error page, and its handling on the administration pages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { clickAndWait, signIn } from "./sign_in.mjs";
import { VIEWPORTS, assertInView, inspect, newContext, smallPhonePage, textOf } from "./viewports.mjs";
import { authorizeUrl } from "./requests.mjs";

const TICKET = /^T(-[0-9A-Z]{4}){4}$/;
const EMAIL = "rina@demo.example";
const REPORT_TEXT = `I wanted to order <b>tea</b>.
<script>document.title = "taken over"</script><img src=x onerror=alert(1)>
Bcc: everybody@demo.example & "so on"`;

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

/** Fills in the report of a refusal. Returns the trace id. */
async function report(page, viewport) {
  await page.goto(authorizeUrl({ redirect_uri: `https://app.example.com/callback/${viewport}` }));
  const traceId = await textOf(page, "#trace-id");
  await clickAndWait(page, "#report");
  assert.equal(await textOf(page, "#trace-id"), traceId);
  await page.fill("#text", REPORT_TEXT);
  await page.fill("#address", EMAIL);
  return traceId;
}

/** Runs a ticket command of the command line on the same data. */
function admit(...command) {
  const where = ["--data", process.env.ADMIT_DATA];
  return execFileSync(process.env.ADMIT_BINARY, ["ticket", ...command, ...where], {
    encoding: "utf8",
  });
}

// One network may send at most five reports at once: one in each viewport, and one of the language
// switch.
for (const [viewport, options] of Object.entries(VIEWPORTS)) {
  test(`a ticket is reported, answered and closed in the viewport ${viewport}`, async () => {
    // Reports text with HTML: every page shows it as text, without elements or scripts of it.
    const { context, pageErrors } = await newContext(chromium.browser, options);
    const page = await context.newPage();
    const traceId = await report(page, viewport);
    await inspect(page, "report", viewport);
    await clickAndWait(page, "#send-report");
    const ticket = await textOf(page, "#ticket");
    assert.match(ticket, TICKET);
    assert.equal(await textOf(page, "#trace-id"), traceId);
    assert.ok((await textOf(page, "#answered-at")).includes(EMAIL));
    await inspect(page, "reported", viewport);

    await page.goto(`${dev.origin}/admin/tickets`);
    if ((await page.locator("#tenant").count()) > 0) {
      await page.fill("#tenant", dev.tenant.name);
      await clickAndWait(page, "#continue");
    }
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    assert.equal(new URL(page.url()).pathname, "/admin/tickets");
    await inspect(page, "admin-tickets", viewport);
    await page.fill("#trace-id", traceId);
    await page.selectOption("#state", "open");
    await clickAndWait(page, "#search-tickets");
    assert.equal(await page.locator("#tickets tbody tr").count(), 1);
    await clickAndWait(page, "#tickets tbody a");
    assert.ok((await textOf(page, "h1")).includes(ticket));
    assert.equal(await textOf(page, "#reported-text"), REPORT_TEXT);
    assert.equal(await page.locator("main :is(b, script, img)").count(), 0);
    assert.equal(await textOf(page, "#reporter"), EMAIL);
    await inspect(page, "admin-ticket-open", viewport);

    const answer = "The address of the shop was <wrong>. It is fixed.";
    await page.fill("#text", answer);
    await clickAndWait(page, "#answer");
    assert.ok((await textOf(page, "#entries")).includes(answer));
    await clickAndWait(page, "#close");
    assert.equal(await page.locator("#reopen").count(), 1);
    // A third entry may report a failed mail, because there is no mail server here.
    assert.equal(await page.locator("#entries > :is(.entry-answer, .entry-close)").count(), 2);
    await inspect(page, "admin-ticket-closed", viewport);

    const output = admit("show", ticket);
    for (const part of [ticket, traceId, EMAIL, "<b>tea</b>", answer, "AADSTS50011"]) {
      assert.ok(output.includes(part), `${part} in ${output}`);
    }
    assert.equal(JSON.parse(admit("show", ticket, "--json")).state, "closed");
    assert.ok(admit("list", "--state", "closed").includes(ticket));
    assert.deepEqual(pageErrors, []);
    await context.close();
  });
}

for (const locale of ["en-GB", "id-ID"]) {
  test(`a small phone shows the first ticket without scrolling, ${locale}`, async () => {
    // Opens the list, in which the tests before have left tickets.
    const { context, page } = await smallPhonePage(chromium.browser, locale);
    await page.goto(dev.tenant.admin_pages);
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    await page.goto(`${dev.origin}/admin/tickets`);
    await assertInView(page, "#tickets tbody tr", locale);
    await context.close();
  });
}
