"""What tests of the entrance do again and again."""

import re

from django.urls import reverse

CODE = re.compile(r"\b\d{4}-\d{4}\b")


def code_in(mail):
    return CODE.search(mail.body)[0]


def hidden(response, name="moment"):
    return re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())[1]


def ask_for_code(client, email, **query):
    """Give an address on the first page; the answer is that of the form."""
    page = reverse("account_login", query=query or None)
    return client.post(page, {"email": email, "moment": hidden(client.get(page))})


def give_code(client, code, **data):
    return client.post(reverse("account_confirm_login_code"), {"code": code, **data})
