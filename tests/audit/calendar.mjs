// Reads every saved calendar file with ical.js, the parser of Thunderbird, and checks what calendars stumble over.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ICAL from "ical.js";

const files = readdirSync(process.argv[2], { recursive: true })
  .filter((name) => name.endsWith(".ics"))
  .map((name) => join(process.argv[2], name));
const faults = [];

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const complain = (why) => faults.push(`${file}: ${why}`);
  try {
    check(text, complain);
  } catch (error) {
    complain(error.message);
  }
}

function check(text, complain) {
  if (/(^|[^\r])\n/.test(text)) complain("a line does not end with CR LF");
  if (text.split("\r\n").some((line) => Buffer.byteLength(line) > 75)) complain("a line is longer than 75 octets");
  const calendar = new ICAL.Component(ICAL.parse(text));
  if (calendar.getFirstPropertyValue("method") !== "PUBLISH") complain("METHOD is not PUBLISH");
  for (const component of calendar.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(component);
    if (!event.uid || !event.summary) complain("UID or SUMMARY is missing");
    if (!(event.endDate.compare(event.startDate) > 0)) complain("the end is not after the start");
    if (event.startDate.zone !== ICAL.Timezone.utcTimezone) complain("the start is not in UTC");
    if (component.getAllProperties("attendee").length) complain("there is an ATTENDEE");
  }
}

console.log(`ical.js: ${files.length} calendar files, ${faults.length} faults`);
faults.forEach((fault) => console.log(fault));
process.exit(faults.length || !files.length ? 1 : 0);
