"""Why a service said no, in words fit for the page."""


class Refusal(Exception):  # noqa: N818 a refusal is no error, and the word is in the glossary
    """A service refuses an act that its rules do not allow.

    `message` is French, says what happened, what was kept and what to do. Folders define subclasses beside the
    services that raise them; views show the message, never a 500.
    """

    def __init__(self, message: str) -> None:
        super().__init__(str(message))
        self.message = str(message)
