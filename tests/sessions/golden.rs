//! Outputs that were read line by line. What a run cannot repeat (ports, queue ids, times, dates) is made
//! the same first.
