# notes-sasl
