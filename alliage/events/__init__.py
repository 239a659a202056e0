"""F5, « Agenda » and « Rencontres »: events, their programme, those who come, the live page, workshops, proceedings."""
