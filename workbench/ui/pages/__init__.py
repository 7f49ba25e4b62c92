"""One folder or file a page: a view that draws and a presenter that decides.

The main window builds a page when it is first shown and calls what the page has of these:

``focus_first()``             the page came to the front: put the keyboard where work starts
``look_up(term)``             lookup: search for what was typed in the top box
``open_attempt(attempt_id)``  lookup: show this attempt's card
``open_customer(ref)``        lookup: show this customer's timeline
``current_attempt()``         lookup: the AttemptRow on the card, or None (the window owns Ctrl+L)
``open_complaint(ref)``       complaints: show this one
``show_rows(where)``          trends: the attempts behind a TrendFilter

Classes: ``pages.lookup.view.LookupPage``, ``pages.complaints.view.ComplaintsPage``,
``pages.trends.view.TrendsPage``, ``pages.settings.SettingsPage``, all ``(desk, parent=None)``;
the import dialog is ``dialogs.import_dialog.ImportDialog(desk, paths, parent)``, non-modal.
"""
