// A ticket, from the report on an error page to its end on the administration pages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { dev, startBrowser } from "../node/dev.mjs";
import { press, signIn } from "./journey.mjs";
import { LOOKS, inspect, person, textOf } from "./looks.mjs";
import { authorizeUrl, redirectUri } from "./requests.mjs";

const TICKET = /^T(-[0-9A-Z]{4}){4}$/;
const ADDRESS = "rina@demo.example";
const WRITTEN = `I wanted to order <b>tea</b>.
<script>document.title = "taken over"</script><img src=x onerror=alert(1)>
Bcc: everybody@demo.example & "so on"`;

let chromium;
before(async () => (chromium = await startBrowser()));
after(() => chromium.close());

/** Reports a refusal; gives the ticket's number and the trace id. */
async function report(page, look) {
  await page.goto(authorizeUrl({ redirect_uri: `${redirectUri}/${look}` }));
  const traceId = await textOf(page, "#trace-id");
  await press(page, "#report");
  assert.equal(await textOf(page, "#trace-id"), traceId);
  await page.fill("#text", WRITTEN);
  await page.fill("#address", ADDRESS);
  return traceId;
}

/** The command line's view of the same books. */
function admit(...command) {
  const where = ["--data", process.env.ADMIT_DATA];
  return execFileSync(process.env.ADMIT_BINARY, ["ticket", ...command, ...where], {
    encoding: "utf8",
  });
}

// From one network come at most five reports at once: one in each look, and one without script.
for (const [look, options] of Object.entries(LOOKS)) {
  test(`a problem is reported, answered and closed in the look ${look}`, async () => {
    // What was typed is text wherever it is shown: no element of it exists, and nothing runs.
    const { context, complaints } = await person(chromium.browser, options);
    const page = await context.newPage();
    const traceId = await report(page, look);
    await inspect(page, "report", look);
    await press(page, "#send-report");
    const ticket = await textOf(page, "#ticket");
    assert.match(ticket, TICKET);
    assert.equal(await textOf(page, "#trace-id"), traceId);
    assert.ok((await textOf(page, "#answered-at")).includes(ADDRESS));
    await inspect(page, "reported", look);

    await page.goto(`${dev.origin}/admin/tickets`);
    if ((await page.locator("#tenant").count()) > 0) {
      await page.fill("#tenant", dev.tenant.name);
      await press(page, "#continue");
    }
    await signIn(page, { origin: dev.origin, ...dev.administrator });
    assert.equal(new URL(page.url()).pathname, "/admin/tickets");
    await inspect(page, "admin-tickets", look);
    await page.fill("#trace-id", traceId);
    await page.selectOption("#state", "open");
    await press(page, "#search-tickets");
    assert.equal(await page.locator("#tickets tbody tr").count(), 1);
    await press(page, "#tickets tbody a");
    assert.ok((await textOf(page, "h1")).includes(ticket));
    assert.equal(await textOf(page, "#reported-text"), WRITTEN);
    assert.equal(await page.locator("main :is(b, script, img)").count(), 0);
    assert.equal(await textOf(page, "#reporter"), ADDRESS);
    await inspect(page, "admin-ticket-open", look);

    const answer = "The address of the shop was <wrong>. It is mended.";
    await page.fill("#text", answer);
    await press(page, "#answer");
    assert.ok((await textOf(page, "#entries")).includes(answer));
    await press(page, "#close");
    assert.equal(await page.locator("#reopen").count(), 1);
    // A third entry may say that nothing was sent: there is no mail server here.
    assert.equal(await page.locator("#entries > :is(.entry-answer, .entry-close)").count(), 2);
    await inspect(page, "admin-ticket-closed", look);

    const shown = admit("show", ticket);
    for (const part of [ticket, traceId, ADDRESS, "<b>tea</b>", answer, "AADSTS50011"]) {
      assert.ok(shown.includes(part), `${part} in ${shown}`);
    }
    assert.equal(JSON.parse(admit("show", ticket, "--json")).state, "closed");
    assert.ok(admit("list", "--state", "closed").includes(ticket));
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("a problem is reported without script", async () => {
  // A browser that runs no script gets a number for its report, too.
  const { context } = await person(chromium.browser, { ...LOOKS.phone, javaScriptEnabled: false });
  const page = await context.newPage();
  await report(page, "without-script");
  await press(page, "#send-report");
  assert.match(await textOf(page, "#ticket"), TICKET);
  await context.close();
});
