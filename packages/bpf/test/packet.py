# As kernel.py, for frames on a network: a packet socket on the loopback interface of a network namespace of its own,
# where the filter knows an interface, a protocol, a kind and a VLAN tag. Run inside `unshare -n`, as root.
import ctypes, fcntl, socket, struct, sys

SO_ATTACH_FILTER, SOL_PACKET, PACKET_IGNORE_OUTGOING = 26, 263, 23
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x8913, 0x8914, 0x8916, 1
take, give = sys.stdin.buffer, sys.stdout.buffer


def open_socket():
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.bind(('lo', 3))
    return s


def number():
    raw = take.read(2)
    return None if len(raw) < 2 else raw[0] | raw[1] << 8


any_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
flags = struct.unpack('16xh22x', fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack('16s24x', b'lo')))[0]
fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack('16sh22x', b'lo', flags | IFF_UP))
# Without an address the kernel answers nothing, so that all that is heard was sent from here.
fcntl.ioctl(any_socket, SIOCSIFADDR, struct.pack('16sHH4s8x8x', b'lo', socket.AF_INET, 0, bytes(4)))
try:
    with open('/proc/sys/net/ipv6/conf/all/disable_ipv6', 'w') as f:
        f.write('1')
except OSError:
    pass
# The one that was opened first hears a frame last: what it has heard, the other has heard or refused.
barrier = open_socket()
receiver = open_socket()
receiver.setblocking(False)
barrier.settimeout(5)
sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
sender.bind(('lo', 0))

while True:
    count = number()
    if count is None:
        break
    program = ctypes.create_string_buffer(take.read(8 * count), max(8 * count, 1))
    packets = [take.read(number()) for _ in range(number())]
    try:
        receiver.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('HL', count, ctypes.addressof(program))
        )
    except OSError:
        answer = b'\0'
    else:
        answer = b'\1'
        for packet in packets:
            sender.send(packet)
            barrier.recv(65536)
            try:
                length = len(receiver.recv(65536))
            except BlockingIOError:
                length = -1
            answer += struct.pack('<i', length)
    give.write(answer)
    if count == 0:
        give.flush()
