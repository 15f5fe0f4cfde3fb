//! Talking through a command instead of a socket.
#![cfg(unix)]

use ehlo::net::{Channel, ConnectOptions, EndKind, Endpoint, NetError, NetFault, Progress};
use tokio::time::timeout;

use crate::servers::{HANG, patient, receive, receive_all};

async fn through(command: &str, host: &str) -> (Result<Channel, NetError>, Vec<Progress>) {
    let mut told = Vec::new();
    let options = ConnectOptions { via: Some(command.into()), ..patient() };
    let endpoint = Endpoint { host: host.into(), port: None };
    let result = Channel::connect(&endpoint, 25, &options, &mut |progress| told.push(progress)).await;
    (result, told)
}

#[tokio::test]
async fn a_command_is_a_stream() {
    let (result, told) = through("cat", "mail.test").await;
    let mut channel = result.unwrap();
    assert_eq!(told, [Progress::Via { command: "cat".into() }]);
    assert_eq!((channel.peer(), channel.local()), (None, None));
    channel.send(b"EHLO me\r\n");
    assert_eq!(receive(&mut channel, 9).await, b"EHLO me\r\n");
    channel.shutdown().await;
    assert_eq!(receive_all(&mut channel).await, (Vec::new(), EndKind::Clean));
    let status = timeout(HANG, channel.command_status()).await.unwrap();
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn host_and_port_are_filled_in() {
    let table = [
        ("printf '%%s' %h:%p", "mail.test", "mail.test:25"),
        ("printf '%h'", "2001:db8::1", "2001:db8::1"),
        ("printf %%%%", "mail.test", "%"),
    ];
    for (command, host, expected) in table {
        let mut channel = through(command, host).await.0.unwrap();
        let (said, _) = receive_all(&mut channel).await;
        assert_eq!(String::from_utf8(said).unwrap(), expected, "{command}");
    }
}

#[tokio::test]
async fn a_host_cannot_become_a_command() {
    for host in
        ["a;b", "$(id)", "`id`", "a b", "a|b", "a&b", "-oProxyCommand=x", "a'b", "a\"b", "a\nb", "a>b"]
    {
        let (result, told) = through("echo %h", host).await;
        assert_eq!(result.err().unwrap().kind, NetFault::HostNotSafeForVia, "{host}");
        assert!(told.is_empty());
    }
}

#[tokio::test]
async fn a_command_that_fails() {
    let mut channel = through("exit 7", "mail.test").await.0.unwrap();
    let (said, _) = receive_all(&mut channel).await;
    assert!(said.is_empty());
    assert_eq!(channel.command_status().await.unwrap().code(), Some(7));
}
