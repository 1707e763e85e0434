"""Tables, quotations, figures, methods text and checklists for the paper."""
