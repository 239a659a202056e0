"""« Diagnostic » and « Parcours » (function 4): where a territory stands on the seven levers, what it does next, what it learns."""
