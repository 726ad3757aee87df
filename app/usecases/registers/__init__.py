"""The public registers written into the portal's tables.

The operator imports from the command line: nobody is signed in, no permission is asked. Nothing here commits: a command
is one transaction, whole or not at all (app/cli/import_.py). Each function takes one batch of rows.
"""
