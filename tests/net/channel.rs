//! Connecting, and moving bytes, without TLS.

use std::net::IpAddr;
#[cfg(target_os = "linux")]
use std::time::Duration;

use ehlo::net::{
    Channel, ConnectFault, ConnectOptions, EndKind, Endpoint, Family, Moved, NetError, NetFault, Progress,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;
use tokio::time::timeout;

use crate::servers::{HANG, closed, dial, patient, receive, receive_all, serve};

async fn connect(
    text: &str,
    port: u16,
    options: &ConnectOptions,
) -> (Result<Channel, NetError>, Vec<Progress>) {
    let mut told = Vec::new();
    let endpoint = Endpoint::parse(text, None).unwrap();
    let result = Channel::connect(&endpoint, port, options, &mut |progress| told.push(progress)).await;
    (result, told)
}

#[tokio::test]
async fn every_address_is_tried_and_told() {
    let (open, _server) = serve(|stream| async { stream }).await;
    let shut = closed().await;
    let mut told = Vec::new();
    let addresses = [shut, open];
    let channel =
        Channel::connect_to("mail.test", &addresses, &patient(), &mut |progress| told.push(progress))
            .await
            .unwrap();
    let local = channel.local().unwrap();
    assert_eq!(channel.peer(), Some(open));
    assert!(channel.tls().is_none());
    assert_eq!(
        told,
        [
            Progress::Trying { address: shut },
            Progress::Failed { address: shut, why: ConnectFault::Refused },
            Progress::Trying { address: open },
            Progress::Connected { address: open, local },
        ]
    );
}

#[tokio::test]
async fn when_all_fail_each_is_in_the_error() {
    let addresses = [closed().await, closed().await];
    let result = Channel::connect_to("mail.test", &addresses, &patient(), &mut |_| {}).await;
    let error = result.err().unwrap();
    assert_eq!(error.kind, NetFault::AllFailed);
    assert_eq!((error.host.as_str(), error.port), ("mail.test", addresses[0].port()));
    assert_eq!(error.attempts, addresses.map(|address| (address, ConnectFault::Refused)));
    assert!(error.detail.is_some());
}

#[tokio::test]
async fn a_name_is_resolved_and_an_address_is_not() {
    let (open, _server) = serve(|stream| async { stream }).await;
    let only_v4 = ConnectOptions { family: Family::V4, ..patient() };
    let (result, told) = connect("localhost", open.port(), &only_v4).await;
    assert_eq!(result.unwrap().peer(), Some(open));
    assert_eq!(told[0], Progress::Resolving { host: "localhost".into() });
    assert_eq!(told[1], Progress::Resolved { host: "localhost".into(), addresses: vec![open] });

    let (open, _server) = serve(|stream| async { stream }).await;
    let (result, told) = connect("127.0.0.1", open.port(), &patient()).await;
    assert!(result.is_ok());
    assert_eq!(told[0], Progress::Trying { address: open });
}

#[tokio::test]
async fn an_ipv6_literal() {
    let Ok(listener) = TcpListener::bind("[::1]:0").await else {
        return; // a machine without IPv6
    };
    let address = listener.local_addr().unwrap();
    let (result, _) = connect("[::1]", address.port(), &patient()).await;
    assert_eq!(result.unwrap().peer(), Some(address));
}

#[tokio::test]
async fn the_source_address_is_bound() {
    let source: IpAddr = "127.0.0.1".parse().unwrap();
    let (open, server) = serve(|stream| async move { stream.peer_addr().unwrap() }).await;
    let options = ConnectOptions { source: Some(source), ..patient() };
    let (result, _) = connect("localhost", open.port(), &options).await;
    let channel = result.unwrap();
    assert_eq!(channel.local().unwrap().ip(), source);
    assert_eq!(server.await.unwrap(), channel.local().unwrap());
}

#[tokio::test]
async fn faults_before_any_address_answers() {
    let of = |text: &str| Some(text.parse::<IpAddr>().unwrap());
    let table = [
        // An address of nobody (RFC 5737), so not of this machine.
        ("127.0.0.1", Family::Any, of("203.0.113.7"), NetFault::BadSource),
        ("127.0.0.1", Family::V4, of("::1"), NetFault::BadSource),
        ("127.0.0.1", Family::V6, None, NetFault::NoAddressOfFamily),
        ("127.0.0.1", Family::Any, of("::1"), NetFault::NoAddressOfFamily),
        ("::1", Family::V4, None, NetFault::NoAddressOfFamily),
    ];
    for (host, family, source, expected) in table {
        let options = ConnectOptions { family, source, ..patient() };
        let error = connect(host, 1, &options).await.0.err().unwrap();
        assert_eq!(error.kind, expected, "{host} {family:?} {source:?}");
    }
}

/// A label of more than 63 octets: no resolver needs to ask anybody to know that there is no such name.
#[tokio::test]
async fn a_name_that_cannot_exist() {
    let (result, told) = connect(&format!("{}.test", "x".repeat(64)), 25, &patient()).await;
    assert_eq!(result.err().unwrap().kind, NetFault::NoSuchHost);
    assert_eq!(told.len(), 1);
}

const BIG: usize = 24 * 1024 * 1024;

/// The server writes all before it reads anything, far beyond what sockets buffer: a client that does not read
/// while it sends waits for ever.
#[tokio::test]
async fn much_both_ways_at_once() {
    let (address, server) = serve(|mut stream| async move {
        stream.write_all(&pattern(BIG, 1)).await.unwrap();
        let mut got = vec![0; BIG];
        stream.read_exact(&mut got).await.unwrap();
        got
    })
    .await;
    let mut channel = dial(address).await;
    let upload = pattern(BIG, 2);
    let transfer = async {
        let mut portions = upload.chunks(64 * 1024);
        let mut buf = vec![0; 64 * 1024];
        let mut got = Vec::new();
        channel.send(portions.next().unwrap());
        let mut all_sent = false;
        while got.len() < BIG || !all_sent {
            match channel.step(&mut buf).await {
                Moved::Received(n) => got.extend_from_slice(&buf[..n]),
                Moved::Sent => match portions.next() {
                    Some(portion) => channel.send(portion),
                    None => all_sent = true,
                },
                Moved::Ended(kind) => panic!("{kind:?}"),
            }
        }
        got
    };
    let got = timeout(HANG, transfer).await.expect("a deadlock");
    assert!(got == pattern(BIG, 1), "received otherwise than sent");
    assert!(server.await.unwrap() == upload, "sent otherwise than queued");
    assert_eq!(channel.unsent(), 0);
}

fn pattern(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|i| ((i * 31 + i / 251 + seed) % 256) as u8).collect()
}

/// While a long upload goes freely, the answers of the server still come to the screen.
#[tokio::test]
async fn sending_does_not_starve_receiving() {
    let (address, _server) = serve(|mut stream| async move {
        stream.write_all(b"* OK still here\r\n").await.unwrap();
        let mut sink = vec![0; 64 * 1024];
        while stream.read(&mut sink).await.unwrap_or(0) > 0 {}
    })
    .await;
    let mut channel = dial(address).await;
    let mut buf = [0; 1024];
    // As long as there is always something sent, there must be something received sooner or later.
    let received = async {
        loop {
            channel.send(&[b'x'; 4096]);
            if let Moved::Received(n) = channel.step(&mut buf).await {
                return n;
            }
        }
    };
    assert_eq!(timeout(HANG, received).await.expect("starved"), 17);
}

#[tokio::test]
async fn a_dropped_step_loses_nothing() {
    const PART: &[u8] = b"0123456789abcdef";
    let (address, server) = serve(|mut stream| async move {
        let mut got = vec![0; PART.len() * 1000];
        stream.read_exact(&mut got).await.unwrap();
        stream.write_all(&got).await.unwrap();
        got
    })
    .await;
    let mut channel = dial(address).await;
    let mut buf = [0; 7];
    let mut got = Vec::new();
    for _ in 0..1000 {
        channel.send(PART);
        // Polled once, and dropped.
        tokio::select! {
            biased;
            moved = channel.step(&mut buf) => if let Moved::Received(n) = moved { got.extend_from_slice(&buf[..n]) },
            () = std::future::ready(()) => {}
        }
    }
    let rest = PART.len() * 1000 - got.len();
    got.extend(timeout(HANG, receive(&mut channel, rest)).await.unwrap());
    assert_eq!(got, server.await.unwrap());
    assert_eq!(got, PART.repeat(1000));
}

#[tokio::test]
async fn the_ends_are_told_apart() {
    let (address, _server) = serve(|mut stream| async move { stream.write_all(b"bye").await }).await;
    assert_eq!(receive_all(&mut dial(address).await).await, (b"bye".to_vec(), EndKind::Clean));

    let (address, _server) = serve(|stream| async move { stream.set_zero_linger().unwrap() }).await;
    assert_eq!(receive_all(&mut dial(address).await).await, (Vec::new(), EndKind::Reset));
}

#[tokio::test]
async fn a_server_that_said_its_last_word_can_still_be_told_something() {
    let (address, server) = serve(|mut stream| async move {
        stream.write_all(b"421 closing\r\n").await.unwrap();
        stream.shutdown().await.unwrap();
        let mut got = String::new();
        stream.read_to_string(&mut got).await.unwrap();
        got
    })
    .await;
    let mut channel = dial(address).await;
    assert_eq!(receive_all(&mut channel).await, (b"421 closing\r\n".to_vec(), EndKind::Clean));
    channel.send(b"QUIT\r\n");
    channel.flush().await.unwrap();
    channel.shutdown().await;
    assert_eq!(server.await.unwrap(), "QUIT\r\n");
}

/// Who tops the queue up at every answer, before it is empty, sends each byte once and in order.
#[tokio::test]
async fn a_queue_that_never_runs_empty() {
    let (address, _server) = serve(|stream| async move {
        let (mut from, mut to) = stream.into_split();
        tokio::io::copy(&mut from, &mut to).await
    })
    .await;
    let mut channel = dial(address).await;
    let upload = pattern(BIG, 3);
    let mut portions = upload.chunks(100_000);
    let mut buf = vec![0; 10_000];
    let mut got = Vec::new();
    while got.len() < BIG {
        if channel.unsent() < 2_000_000 {
            channel.send(portions.next().unwrap_or_default());
        }
        if let Moved::Received(n) = channel.step(&mut buf).await {
            got.extend_from_slice(&buf[..n]);
        }
    }
    assert!(got == upload, "sent otherwise than queued");
}

#[tokio::test]
async fn what_is_sent_after_our_end_does_not_look_like_the_servers_fault() {
    let (address, _server) = serve(|mut stream| async move {
        let mut got = Vec::new();
        stream.read_to_end(&mut got).await.unwrap();
        stream.write_all(b"bye").await.unwrap();
    })
    .await;
    let mut channel = dial(address).await;
    channel.shutdown().await;
    channel.send(b"NOOP\r\n");
    assert_eq!(receive_all(&mut channel).await, (b"bye".to_vec(), EndKind::Clean));
    assert_eq!(channel.unsent(), 6);
}

#[tokio::test]
async fn after_our_end_the_server_is_still_heard() {
    let (address, _server) = serve(|mut stream| async move {
        let mut got = Vec::new();
        stream.read_to_end(&mut got).await.unwrap();
        stream.write_all(&got).await.unwrap();
    })
    .await;
    let mut channel = dial(address).await;
    channel.send(b"QUIT\r\n");
    channel.shutdown().await;
    assert_eq!(receive_all(&mut channel).await, (b"QUIT\r\n".to_vec(), EndKind::Clean));
}

/// A listener whose queue is full answers nobody, like a firewall that drops: the limit ends the attempt.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_silent_address_is_given_up() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let hasty = ConnectOptions { timeout: Duration::from_millis(50), ..patient() };
    let mut waiting = Vec::new();
    let error = loop {
        match Channel::connect_to("mail.test", &[address], &hasty, &mut |_| {}).await {
            Ok(channel) => waiting.push(channel),
            Err(error) => break error,
        }
        assert!(waiting.len() < 100, "the queue never fills");
    };
    assert_eq!(error.kind, NetFault::AllFailed);
    assert_eq!(error.attempts, [(address, ConnectFault::TimedOut)]);
}
