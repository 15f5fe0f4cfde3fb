//! What is in a frame: the link layer, IP (with fragments put together), TCP. Frames may be cut (snaplen): what IP
//! says of the length then tells how many octets are missing.
//!
//! etherparse's lax readers do IP and TCP; the link layers that it does not take, or refuses on loopback, are a
//! few octets each and read here.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use etherparse::{Ipv6ExtensionSlice, LaxIpSlice, LenSource, TcpSlice, ip_number};

/// Datagrams whose fragments are waited for.
const MOST_DATAGRAMS: usize = 64;
/// Pieces of one datagram.
const MOST_FRAGMENTS: usize = 512;
const MOST_DATAGRAM: usize = 65_535;

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Who sent it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// The number of its first octet.
    pub seq: u32,
    /// The octet it waits for, if it says so.
    pub ack: Option<u32>,
    /// It begins the connection.
    pub syn: bool,
    /// It is its side's last.
    pub fin: bool,
    /// It breaks the connection off.
    pub rst: bool,
    /// Its octets, as far as they were kept.
    pub data: &'a [u8],
    /// Octets behind those that the capture cut off.
    pub cut: usize,
}

/// What a frame is.
#[derive(Clone, Copy, Debug)]
pub enum Frame<'a> {
    /// TCP.
    Tcp(Segment<'a>),
    /// IP with something else in it, or a fragment that waits for others.
    OtherIp,
    /// No IP.
    NotIp,
    /// A link layer that nobody reads here.
    UnknownLink,
}

/// Puts fragments together, and looks into frames.
#[derive(Debug, Default)]
pub struct Frames {
    datagrams: VecDeque<Datagram>,
    whole: Vec<u8>,
}

/// A datagram that comes in fragments.
#[derive(Debug)]
struct Datagram {
    from: IpAddr,
    to: IpAddr,
    id: u32,
    /// Where each begins, and its octets; the first that came counts.
    pieces: Vec<(usize, Vec<u8>)>,
    end: Option<usize>,
}

/// A fragment's place.
struct Fragment {
    id: u32,
    offset: usize,
    more: bool,
}

impl Frames {
    /// Looks into a frame of a link type.
    pub fn read<'a>(&'a mut self, link: u16, data: &'a [u8]) -> Frame<'a> {
        let Some(ip) = network(link, data) else {
            return if is_known(link) { Frame::NotIp } else { Frame::UnknownLink };
        };
        let Ok((slice, _)) = LaxIpSlice::from_slice(ip) else { return Frame::NotIp };
        let (from, to) = (slice.source_addr(), slice.destination_addr());
        let payload = slice.payload();
        if payload.fragmented {
            let Some(fragment) = place(&slice) else { return Frame::OtherIp };
            if payload.len_source == LenSource::Slice {
                // A fragment that was cut can be put to nothing.
                return Frame::OtherIp;
            }
            let number = payload.ip_number;
            let Some(whole) = self.fragment(from, to, &fragment, payload.payload) else {
                return Frame::OtherIp;
            };
            self.whole = whole;
            return match number {
                ip_number::TCP => tcp(from, to, &self.whole, self.whole.len()),
                _ => Frame::OtherIp,
            };
        }
        if payload.ip_number != ip_number::TCP {
            return Frame::OtherIp;
        }
        let missing = missing(&slice, ip.len());
        tcp(from, to, payload.payload, payload.payload.len() + missing)
    }

    fn fragment(&mut self, from: IpAddr, to: IpAddr, place: &Fragment, octets: &[u8]) -> Option<Vec<u8>> {
        let known = self.datagrams.iter().position(|d| (d.from, d.to, d.id) == (from, to, place.id));
        let at = known.unwrap_or_else(|| {
            if self.datagrams.len() >= MOST_DATAGRAMS {
                self.datagrams.pop_front();
            }
            self.datagrams.push_back(Datagram { from, to, id: place.id, pieces: Vec::new(), end: None });
            self.datagrams.len() - 1
        });
        let datagram = &mut self.datagrams[at];
        if place.offset + octets.len() > MOST_DATAGRAM || datagram.pieces.len() >= MOST_FRAGMENTS {
            self.datagrams.remove(at);
            return None;
        }
        if !place.more {
            datagram.end = Some(place.offset + octets.len());
        }
        let before = datagram.pieces.partition_point(|(start, _)| *start <= place.offset);
        datagram.pieces.insert(before, (place.offset, octets.to_vec()));
        let end = datagram.end?;
        let mut whole = Vec::new();
        for (start, octets) in &datagram.pieces {
            if *start > whole.len() {
                return None;
            }
            whole.extend_from_slice(octets.get(whole.len() - start..).unwrap_or_default());
        }
        if whole.len() < end {
            return None;
        }
        whole.truncate(end);
        self.datagrams.remove(at);
        Some(whole)
    }
}

fn is_known(link: u16) -> bool {
    matches!(link, 0 | 1 | 12 | 14 | 101 | 108 | 113 | 228 | 229 | 276)
}

/// The IP packet of a frame.
fn network(link: u16, data: &[u8]) -> Option<&[u8]> {
    match link {
        1 => by_ether_type(data.get(12..)?),
        // BSD loopback: the address family first, in the byte order of whoever wrote it.
        0 | 108 => data.get(4..),
        12 | 14 | 101 | 228 | 229 => Some(data),
        // Linux cooked capture, version 1: the ether type stands last; version 2: first.
        113 => by_ether_type(data.get(14..)?),
        276 => {
            let (kind, rest) = (data.get(..2)?, data.get(20..)?);
            tagged([kind[0], kind[1]], rest)
        }
        _ => None,
    }
}

fn by_ether_type(data: &[u8]) -> Option<&[u8]> {
    let (kind, rest) = data.split_at_checked(2)?;
    tagged([kind[0], kind[1]], rest)
}

/// IP behind an ether type; VLAN tags (802.1Q, 802.1ad) and PPPoE are passed over.
fn tagged(mut kind: [u8; 2], mut rest: &[u8]) -> Option<&[u8]> {
    for _ in 0..8 {
        match u16::from_be_bytes(kind) {
            0x0800 | 0x86dd => return Some(rest),
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
                kind = [*rest.get(2)?, *rest.get(3)?];
                rest = rest.get(4..)?;
            }
            // PPPoE, then PPP's own number of IPv4 or IPv6.
            0x8864 if matches!(rest.get(6..8)?, [0, 0x21] | [0, 0x57]) => return rest.get(8..),
            _ => return None,
        }
    }
    None
}

/// How many octets IP announces beyond those that are there.
fn missing(slice: &LaxIpSlice<'_>, there: usize) -> usize {
    let announced = match slice {
        LaxIpSlice::Ipv4(v4) => usize::from(v4.header().total_len()),
        LaxIpSlice::Ipv6(v6) => match v6.header().payload_length() {
            0 => 0,
            n => usize::from(n) + 40,
        },
    };
    announced.saturating_sub(there)
}

/// Which part of its datagram a fragment is.
fn place(slice: &LaxIpSlice<'_>) -> Option<Fragment> {
    match slice {
        LaxIpSlice::Ipv4(v4) => {
            let header = v4.header();
            let offset = usize::from(header.fragments_offset().value()) * 8;
            Some(Fragment { id: header.identification().into(), offset, more: header.more_fragments() })
        }
        LaxIpSlice::Ipv6(v6) => v6.extensions().clone().into_iter().find_map(|ext| match ext {
            Ipv6ExtensionSlice::Fragment(f) => {
                let offset = usize::from(f.fragment_offset().value()) * 8;
                Some(Fragment { id: f.identification(), offset, more: f.more_fragments() })
            }
            _ => None,
        }),
    }
}

/// A TCP segment of so many octets, of which some may be cut off.
fn tcp(from: IpAddr, to: IpAddr, payload: &[u8], announced: usize) -> Frame<'_> {
    let Ok(tcp) = TcpSlice::from_slice(payload) else { return Frame::OtherIp };
    Frame::Tcp(Segment {
        from: SocketAddr::new(from, tcp.source_port()),
        to: SocketAddr::new(to, tcp.destination_port()),
        seq: tcp.sequence_number(),
        ack: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        data: tcp.payload(),
        cut: announced.saturating_sub(payload.len()),
    })
}
