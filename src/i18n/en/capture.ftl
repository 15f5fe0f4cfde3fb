# Captures (pcap, pcapng): what is said of how the octets came.

mark-begins-in-the-middle = the capture begins in the middle of this dialogue
    .full = What was said before is not in it: perhaps the greeting, a login, STARTTLS. What follows is read as well as can be.
mark-odd-one-way = only one direction is in the capture
    .full = Of this side no packet was seen, only of the other. Where the other one acknowledges octets, their number is known, but not what they said.
mark-odd-differs = octets came again, and were others than before
    .full = TCP sends again what may have been lost, and then it is the same. Other octets under the same numbers come from a defective device, or from somebody on the way who puts in words of his own. The first ones are shown here.
mark-closed-unseen = the capture ends before the connection does
mark-tls-untold = from here on encrypted; with what, the capture does not tell
