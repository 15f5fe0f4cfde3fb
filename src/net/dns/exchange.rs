//! One question, asked until there is an answer or the time is over.
//!
//! A datagram is sent three times at most within its time. Datagrams that are not the answer (another
//! identifier, another question, no DNS message) are passed over, since anybody can send them (RFC 5452 §9);
//! if nothing better comes, the fault tells what came. Over TCP the first such message ends it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::proto::op::{Edns, Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::pool::{Line, Pool};
use super::{Client, Fault, Lookup, Reply, Transport, Try, plain};

/// The largest datagram we take, by EDNS: it passes everywhere unfragmented (the DNS flag day of 2020).
const PAYLOAD: u16 = 1232;
/// How often a datagram is sent.
const SENDS: u32 = 3;

impl Client {
    /// Asks. Never longer than the client's time limit, nor than `until`.
    pub async fn ask(&self, name: &Name, kind: RecordType, until: Instant) -> Lookup {
        let until = until.min(Instant::now() + self.timeout);
        let mut lookup = Lookup::default();
        for (i, server) in self.servers.iter().enumerate() {
            // Each server has its share of what is left.
            let left = until.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(self.servers.len() - i).unwrap_or(1);
            let until = Instant::now() + share;
            let question = Question { name, kind, server: *server, until, pool: &self.pool };
            question.ask_one(self.tcp, &mut lookup).await;
            // Another server may do better where this one will not or cannot.
            let bad = [ResponseCode::ServFail, ResponseCode::Refused, ResponseCode::NotImp];
            match lookup.reply() {
                Some(reply) if !bad.contains(&reply.message.metadata.response_code) => break,
                _ => {}
            }
        }
        lookup
    }
}

/// A question to one server.
struct Question<'a> {
    name: &'a Name,
    kind: RecordType,
    server: SocketAddr,
    until: Instant,
    pool: &'a Pool,
}

impl Question<'_> {
    async fn ask_one(&self, tcp: bool, lookup: &mut Lookup) {
        let first = if tcp { Transport::Tcp } else { Transport::Udp };
        self.attempt(first, true, lookup).await;
        let Some(reply) = lookup.reply() else { return };
        let code = reply.message.metadata.response_code;
        let old = matches!(code, ResponseCode::FormErr | ResponseCode::NotImp);
        let edns = !(old && reply.message.edns.is_none());
        if !edns {
            self.attempt(first, false, lookup).await;
        }
        let cut = lookup.reply().is_some_and(|reply| reply.message.metadata.truncation);
        if cut && first == Transport::Udp {
            self.attempt(Transport::Tcp, edns, lookup).await;
        }
    }

    async fn attempt(&self, transport: Transport, edns: bool, lookup: &mut Lookup) {
        let start = Instant::now();
        let query = self.message(edns);
        let mut sent = 0;
        let result = match query.to_vec() {
            Err(_) => Err(Fault::Garbage),
            Ok(bytes) => match transport {
                Transport::Udp => self.udp(&query, &bytes, &mut sent).await,
                Transport::Tcp => {
                    sent = 1;
                    timeout_at(self.until, self.tcp(&query, &bytes)).await.unwrap_or(Err(Fault::TimedOut))
                }
            },
        };
        lookup.tries.push(Try {
            name: plain(self.name),
            kind: self.kind,
            server: self.server,
            transport,
            took: start.elapsed(),
            sent,
            result,
        });
    }

    /// The query. AD set asks for the AD bit of the answer (RFC 6840 §5.7).
    fn message(&self, edns: bool) -> Message {
        // A new message has a random identifier.
        let mut message = Message::query();
        message.metadata.recursion_desired = true;
        message.metadata.authentic_data = true;
        message.add_query(Query::query(self.name.clone(), self.kind));
        if edns {
            let mut edns = Edns::new();
            edns.set_max_payload(PAYLOAD).set_version(0);
            message.set_edns(edns);
        }
        message
    }

    async fn udp(&self, query: &Message, bytes: &[u8], sent: &mut u8) -> Result<Reply, Fault> {
        let mut line = match self.pool.take(self.server) {
            Some(line) => line,
            None => Line::new(self.server).await.map_err(|error| fault(&error))?,
        };
        let pause = self.until.saturating_duration_since(Instant::now()) / SENDS;
        let mut stranger = None;
        for turn in 1..=SENDS {
            line.socket.send(bytes).await.map_err(|error| fault(&error))?;
            *sent += 1;
            let until = if turn == SENDS { self.until } else { Instant::now() + pause.max(SHORTEST) };
            while let Ok(got) = timeout_at(until.min(self.until), line.socket.recv(&mut line.buffer)).await {
                let got = got.map_err(|error| fault(&error))?;
                match accept(query, &line.buffer[..got]) {
                    Ok(reply) => {
                        // Where nothing else came and nothing else can be on its way.
                        if turn == 1 && stranger.is_none() {
                            self.pool.give(line);
                        }
                        return Ok(reply);
                    }
                    Err(why) => stranger = Some(why),
                }
            }
            if Instant::now() >= self.until {
                break;
            }
        }
        Err(stranger.unwrap_or(Fault::TimedOut))
    }

    async fn tcp(&self, query: &Message, bytes: &[u8]) -> Result<Reply, Fault> {
        let mut stream = TcpStream::connect(self.server).await.map_err(|error| fault(&error))?;
        let _ = stream.set_nodelay(true);
        let length = u16::try_from(bytes.len()).map_err(|_| Fault::Garbage)?;
        // Length and message in one write: some servers want them in one segment (RFC 7766 §8).
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(bytes);
        stream.write_all(&framed).await.map_err(|error| fault(&error))?;
        let mut head = [0; 2];
        stream.read_exact(&mut head).await.map_err(|error| fault(&error))?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(head))];
        stream.read_exact(&mut answer).await.map_err(|error| fault(&error))?;
        accept(query, &answer)
    }
}

/// The shortest pause before a datagram is sent again.
const SHORTEST: Duration = Duration::from_millis(50);

/// Whether octets are the answer to a query.
fn accept(query: &Message, bytes: &[u8]) -> Result<Reply, Fault> {
    let message = Message::from_vec(bytes).map_err(|_| Fault::Garbage)?;
    if message.metadata.message_type != MessageType::Response {
        return Err(Fault::Garbage);
    }
    if message.metadata.id != query.metadata.id {
        return Err(Fault::WrongId);
    }
    // A server that could not read the question has none to repeat.
    let unread = message.queries.is_empty() && message.metadata.response_code != ResponseCode::NoError;
    let asked = &query.queries[0];
    let same = message.queries.len() == 1
        && message.queries[0].name() == asked.name()
        && message.queries[0].query_type() == asked.query_type()
        && message.queries[0].query_class() == asked.query_class();
    if same || unread { Ok(Reply { message, bytes: bytes.len() }) } else { Err(Fault::OtherQuestion) }
}

fn fault(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Fault::Refused,
        io::ErrorKind::TimedOut => Fault::TimedOut,
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Fault::Cut,
        _ => Fault::Unreachable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Message {
        let name = Name::from_ascii("five.mxlab.test.").unwrap();
        let until = Instant::now();
        let server = SocketAddr::from(([127, 0, 0, 1], 53));
        Question { name: &name, kind: RecordType::MX, server, until, pool: &Pool::default() }.message(true)
    }

    #[test]
    fn only_the_answer_to_the_question_is_one() {
        let query = question();
        let answer = query.clone().into_response();
        assert!(accept(&query, &answer.to_vec().unwrap()).is_ok());
        let mut other = answer.clone();
        other.metadata.id ^= 1;
        assert_eq!(accept(&query, &other.to_vec().unwrap()).unwrap_err(), Fault::WrongId);
        let mut other = answer.clone();
        other.queries[0].set_query_type(RecordType::A);
        assert_eq!(accept(&query, &other.to_vec().unwrap()).unwrap_err(), Fault::OtherQuestion);
        assert_eq!(accept(&query, &query.to_vec().unwrap()).unwrap_err(), Fault::Garbage);
        let cut = answer.to_vec().unwrap();
        assert_eq!(accept(&query, &cut[..20]).unwrap_err(), Fault::Garbage);
        assert_eq!(accept(&query, b"").unwrap_err(), Fault::Garbage);
    }

    #[test]
    fn a_server_that_could_not_read_need_not_repeat_the_question() {
        let query = question();
        let mut answer = query.clone().into_response();
        answer.queries.clear();
        assert_eq!(accept(&query, &answer.to_vec().unwrap()).unwrap_err(), Fault::OtherQuestion);
        answer.metadata.response_code = ResponseCode::FormErr;
        assert!(accept(&query, &answer.to_vec().unwrap()).is_ok());
    }
}
