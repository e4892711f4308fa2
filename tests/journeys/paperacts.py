"""What people do with a paper at their browsers: write, circulate, comment in three ways, resolve, publish."""

import io
from datetime import timedelta

from django.utils import timezone
from fpdf import FPDF
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys import matrices
from tests.journeys.paperseeds import HOUR_COME
from tests.journeys.visitor import Visitor, link_in, mail_to

TITLE = "Letters of authorisation"
SLUG = "letters-of-authorisation"
PAPER = f"/publications/{SLUG}/"
QUOTE = "A change shall not affect outcomes already transferred."
# In the comment that withholds everything.
WORD = "Zq1wide"
# How they are settled, in the order of the document.
SETTLED = [
    ("accepted", "", "2"),
    ("partly", "Half of it.", "2"),
    ("noted", "", ""),
    ("not_accepted", "Not in this paper.", ""),
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written_pdf(*pages):
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for text in pages:
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    return {"name": "Draft.pdf", "mimeType": "application/pdf", "buffer": bytes(pdf.output())}


def write_draft(staff):
    """A new publication with an author and a file; returns where the secretariat looks after it."""
    staff.go("/admin/publications/publication/add/")
    staff.page.fill("[name=title]", TITLE)
    staff.pick("group", "Task force")
    staff.page.select_option("[name=visibility]", "public")
    staff.page.select_option("[name=licence]", "CC-BY-4.0")
    staff.page.fill("[name=abstract]", "How *letters* change.")
    staff.pick("topics", "Registries")
    staff.page.locator(".add-row a").first.click()
    staff.page.fill("[name=authors-0-name]", "Ada van der Berg")
    staff.save()
    desk = staff.page.url
    add_file(staff, desk, written_pdf(QUOTE, "Markets in the first version"))
    return desk


def step(staff, desk, name):
    staff.go(desk)
    staff.follow(name)
    staff.confirm()


def add_file(staff, desk, file):
    staff.go(desk)
    staff.follow("Add a file")
    staff.page.set_input_files("[name=upload]", file)
    staff.confirm()


def circulate(staff, desk, count):
    """Prepare a circulation of the newest version to the group, with reviewers, and open it; returns its desk."""
    staff.go(desk)
    staff.follow("Circulation")
    staff.page.fill("[name=deadline_on]", f"{timezone.now() + timedelta(days=20):%Y-%m-%d}")
    staff.page.fill("[name=confidentiality]", "For the task force only.")
    staff.pick("groups", "Task force")
    staff.pick("reviewers", "Wanda", "Bert", "Nora", "Olaf", "Petra")
    staff.save()
    staff.follow("Open")
    assert staff.page.locator("[name=_confirm]").input_value() == f"Open and ask {count} people"
    staff.confirm()
    return staff.page.url


def enter(browser, base, smtp, address):
    """Follow the link of the mail, which asks for the login, to the circulation."""
    invitation = mail_to(smtp, address, "Please")
    visitor = Visitor(browser, base, address, follow=link_in(invitation, "/circulation/"))
    assert "/circulation/" in visitor.page.url
    return visitor


def comment_on_a_page(person, way):
    """Text selected on a page is quoted; what is typed is saved by itself."""
    person.follow("Page by page")
    person.page.wait_for_load_state("networkidle")
    person.page.locator("svg text", has_text=QUOTE).select_text()
    expect(person.page.locator("[name=quote]")).to_have_value(QUOTE)
    person.page.fill("[name=comment]", f"This is {WORD}.")
    person.page.locator("#draft-said").get_by_text("Draft saved").wait_for()
    send(person, way, "none", "1 draft")


def comment_by_form(person, way):
    person.follow("Read and comment")
    person.page.fill("[name=section]", "4.2")
    person.page.select_option("[name=kind]", "te")
    person.page.fill("[name=comment]", "=1+1 is what the table adds up")
    person.page.fill("[name=proposed_change]", "Write <b>two</b>;\nor nothing.")
    person.press("Save as draft")
    send(person, way, "name", "1 draft")


def comment_by_spreadsheet(person, way):
    """A row that names somebody else as the commenter is one's own; a formula is said to be one and not imported."""
    book = load_workbook(io.BytesIO(person.read(f"{way}template.xlsx")))
    [sheet] = book.worksheets
    assert [cell.value for cell in sheet[1]] == matrices.HEADERS[:8]
    sheet.cell(1, 9, "Page")
    sheet.append(["Bert Open", "12", "3", "2", "ed", "A comma is missing.", "Add it.", "Agreed.", ""])
    sheet.append(["", "", "", "Table 1", "ge", "Where do these figures come from?", "", "", "2"])
    sheet.append(["", "", "5", "", "te", "=SUM(A1:A2)", "", "", ""])
    filled = io.BytesIO()
    book.save(filled)

    person.go(f"{way}comments/sheet/")
    person.page.set_input_files("[name=file]", {"name": "m.xlsx", "mimeType": XLSX, "buffer": filled.getvalue()})
    person.press("Check it")
    expect(person.page.get_by_role("heading", name="1 row can not be imported")).to_be_visible()
    expect(person.page.get_by_role("row", name="4 Comment: this is a formula")).to_be_visible()
    expect(person.page.get_by_role("heading", name="2 rows can be imported")).to_be_visible()
    person.press("Import as drafts")
    send(person, way, "organisation", "2 drafts")


def send(person, way, label, count):
    person.go(f"{way}comments/send/")
    person.page.check(f"#as-{label}")
    person.press(f"Send {count}")
    expect(person.page.get_by_text(f"{count.split()[0]} comment").first).to_be_visible()


def resolve_all(chair, staff, way):
    """One after another; of two who settle the same comment the second is shown what the first did."""
    chair.go(f"{way}resolution/")
    chair.follow("Go through the open ones")
    staff.go(chair.page.url)
    for disposition, reason, version in SETTLED:
        chair.page.check(f"[name=disposition][value={disposition}]")
        chair.page.fill("[name=reason]", reason)
        if version:
            chair.page.select_option("[name=resolved_in]", label=version)
        chair.press("Save and go")
    staff.page.get_by_label("Noted").check()
    staff.press("Save and go")
    expect(staff.page.get_by_text("Somebody else saved this comment meanwhile.")).to_be_visible()


def publish_at_a_set_time(staff, desk, ask):
    """An hour is said; the worker does it when it has come."""
    staff.go(desk)
    staff.follow("Publish at a set time")
    staff.page.fill("[name=at]", f"{timezone.now() + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    staff.confirm()
    assert ask(HOUR_COME) == 1
