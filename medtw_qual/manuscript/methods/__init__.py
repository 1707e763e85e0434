"""What a study did, in sentences: methods text, AI-use statement, checklists, from the study's files only."""

from medtw_qual.manuscript.methods.checklist_answers import checklist
from medtw_qual.manuscript.methods.methods_sections import ai_statement, methods_text

__all__ = ["ai_statement", "checklist", "methods_text"]
