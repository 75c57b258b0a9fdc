# The application on the kernel's side: a line of JSON in, [method, arguments...], a line of JSON out.
import errno, json, socket, struct, sys, time

open_ = {}
last = 0
ERRORS = (OSError,)

def put(s):
    global last
    last += 1
    open_[last] = s
    return last

def udp(port, queue=None):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if queue: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, queue)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    s.bind(("", port))
    s.setblocking(False)
    return put(s)

def udp_send(h, to, port, n):
    open_[h].sendto(bytes(n), (to, port))
    return 0

def listen(port, backlog, room=None):
    s = socket.socket()
    if room: s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", port))
    s.listen(backlog)
    s.setblocking(False)
    return put(s)

def connect(to, port, own):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", own))
    s.setblocking(False)
    e = s.connect_ex((to, port))
    if e not in (0, errno.EINPROGRESS): return -e
    return put(s)

def accept(h):
    for i in range(100):
        try:
            s, _ = open_[h].accept()
            break
        except BlockingIOError:
            if i == 99: raise
            time.sleep(0.001)
    s.setblocking(False)
    return put(s)

def read(h):
    try:
        while open_[h].recv(65536): pass
    except ERRORS: pass
    return 0

def write(h, n):
    open_[h].send(bytes(n))
    return 0

def serve(h):
    open_[h].setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
    return 0

def tune(h, kept, ms):
    s = open_[h]
    if kept:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    if ms: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, ms)
    return 0

def shutdown(h):
    open_[h].shutdown(socket.SHUT_WR)
    return 0

def release(h):
    open_.pop(h).close()
    return 0

def abort(h):
    s = open_.pop(h)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
    return 0

def ping(to, n):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    s.sendto(struct.pack("!BBHHH", 8, 0, 0, 0, 1) + bytes(n), (to, 0))
    s.close()
    return 0

def raw(to, proto, n):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, proto)
    s.sendto(bytes(n), (to, 0))
    s.close()
    return 0

def whole(octets):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    b = bytes(octets)
    s.sendto(b, (socket.inet_ntoa(b[16:20]), 0))
    s.close()
    return 0

def join(group):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setblocking(False)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton("10.0.0.2"))
    return put(s)

def drain():
    # UDP counts what the application reads.
    for s in list(open_.values()):
        if s.type == socket.SOCK_DGRAM:
            for _ in range(1000):
                try: s.recv(65536)
                except BlockingIOError: break
                except ERRORS: pass
    return 0

def clean():
    for h in list(open_):
        s = open_[h]
        try: listening = s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except ERRORS: listening = 0
        if s.type == socket.SOCK_STREAM and not listening: abort(h)
    for h in list(open_): open_.pop(h).close()
    return 0

for line in sys.stdin:
    name, *args = json.loads(line)
    try: answer = globals()[name](*args)
    except OSError as e: answer = -e.errno
    except KeyError: answer = -errno.EBADF
    print(json.dumps(answer), flush=True)
