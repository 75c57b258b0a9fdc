# The Linux kernel's verdicts on classic BPF. No privileges: SO_ATTACH_FILTER on one end of a pair of AF_UNIX datagram
# sockets, where the filter sees exactly the octets that were sent.
#
# Requests on standard input: u16 instructions, struct sock_filter each, u16 packets, each u16 length and octets.
# Answers: u8, 1 when the program was taken; then for each packet an int32: the octets that arrived, -1 for none.
# All little endian. Nothing is buffered beyond what a read brings, so a batch may be answered before the next is sent.
import ctypes, socket, struct, sys

SO_ATTACH_FILTER = 26
take, give = sys.stdin.buffer, sys.stdout.buffer
receiver, sender = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.setblocking(False)


def number():
    raw = take.read(2)
    return None if len(raw) < 2 else raw[0] | raw[1] << 8


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
            try:
                length = len(receiver.recv(65536))
            except BlockingIOError:
                length = -1
            answer += struct.pack('<i', length)
    give.write(answer)
    # An empty program ends a batch.
    if count == 0:
        give.flush()
