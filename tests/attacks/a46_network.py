# /// attack
# row = 46
# what.en = "Reaches the network: loopback by TCP and UDP, names, the address of a cloud's metadata, raw packets."
# what.zh = "访问网络：本机回环的 TCP 与 UDP、域名解析、云主机的元数据地址、原始数据包。"
# tiers = ["A", "B", "C", "D"]
# ///
import socket

KNOWN = {}


def probe():
    found = []
    for address in (("127.0.0.1", KNOWN["tcp_port"]), ("169.254.169.254" if KNOWN["tier"] != "E" else "127.0.0.1", 80), ("::1", KNOWN["tcp_port"])):
        try:
            socket.create_connection(address, timeout=0.02).close()
            found.append(address[0])
        except OSError:
            pass
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", KNOWN["udp_port"]))
        found.append("UDP")
    except OSError:
        pass
    for family, kind in ((socket.AF_PACKET, socket.SOCK_RAW), (socket.AF_NETLINK, socket.SOCK_RAW), (socket.AF_INET6, socket.SOCK_STREAM)):
        try:
            socket.socket(family, kind).close()
            found.append(f"socket {family} {kind}")
        except OSError:
            pass
    return found
