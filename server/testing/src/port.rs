//! Ports that stay one's own while nobody listens there: before a server has begun, and between its end and its return.

use std::net::{Ipv4Addr, SocketAddr};

/// A port of 127.0.0.1 that was free. On Linux it is given to nobody else as long as this lives, yet a server that is
/// told its number can listen there, and whoever connects before is refused; elsewhere another program may take it.
#[derive(Debug)]
pub struct Port {
    number: u16,
    #[cfg(target_os = "linux")]
    _held: std::os::fd::OwnedFd,
}

impl Port {
    /// A free one.
    ///
    /// # Panics
    /// When no port is free.
    #[cfg(target_os = "linux")]
    pub fn free() -> Self {
        use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with, sockopt};
        let held = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)
            .expect("there are sockets");
        // Linux gives a bound port to nobody who asks for any. To one who asks for this number it gives it where both
        // reuse addresses, as servers do, and neither listens.
        sockopt::set_socket_reuseaddr(&held, true).expect("addresses can be reused");
        bind(&held, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("some port is free");
        let address = getsockname(&held).expect("it is bound");
        let address = SocketAddr::try_from(address).expect("it is of the internet");
        Self { number: address.port(), _held: held }
    }

    /// A free one.
    ///
    /// # Panics
    /// When no port is free.
    #[cfg(not(target_os = "linux"))]
    pub fn free() -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        Self { number: listener.local_addr().expect("it listens").port() }
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Its address on this machine.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.number))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::net::{TcpListener, TcpStream};

    use super::Port;

    #[test]
    fn nobody_listens_there_and_a_server_can_again_and_again() {
        let port = Port::free();
        for _ in 0..3 {
            let refused = TcpStream::connect(port.address()).unwrap_err();
            assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
            let server = TcpListener::bind(port.address()).unwrap();
            let client = TcpStream::connect(port.address()).unwrap();
            drop((server.accept().unwrap(), client));
        }
    }

    #[test]
    fn none_is_given_twice() {
        let ports: Vec<_> = (0..200).map(|_| Port::free()).collect();
        let others: Vec<_> = (0..200).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let others = others.iter().map(|other| other.local_addr().unwrap());
        let numbers: BTreeSet<_> = ports.iter().map(Port::address).chain(others).collect();
        if cfg!(target_os = "linux") {
            assert_eq!(numbers.len(), 400);
        }
    }
}
