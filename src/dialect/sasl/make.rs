//! Making the client's answers.
