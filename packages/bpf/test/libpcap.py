# libpcap, which tcpdump compiles with, as a judge. Requests on standard input, a line of JSON each:
# [link type, snapshot length, optimise, netmask, expression], answered by a line of JSON: a list of numbers, or a text.
# A request of two items, [code, jt, jf, k] and its number, is answered by bpf_image's text.
import ctypes, json, sys


class Insn(ctypes.Structure):
    _fields_ = [('code', ctypes.c_ushort), ('jt', ctypes.c_ubyte), ('jf', ctypes.c_ubyte), ('k', ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [('n', ctypes.c_uint), ('insns', ctypes.POINTER(Insn))]


pcap = ctypes.CDLL('libpcap.so.0.8')
pcap.pcap_open_dead.restype = ctypes.c_void_p
pcap.pcap_geterr.restype = ctypes.c_char_p
pcap.pcap_geterr.argtypes = [ctypes.c_void_p]
pcap.bpf_image.restype = ctypes.c_char_p
pcap.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint]
pcap.pcap_lib_version.restype = ctypes.c_char_p
handles = {}

for line in sys.stdin:
    request = json.loads(line)
    if len(request) == 1:
        answer = pcap.pcap_lib_version().decode()
    elif len(request) == 2:
        answer = pcap.bpf_image(ctypes.byref(Insn(*request[0])), request[1]).decode()
    else:
        link, snap, optimise, netmask, text = request
        key = (link, snap)
        if key not in handles:
            handles[key] = pcap.pcap_open_dead(link, snap)
        program = Program()
        if pcap.pcap_compile(handles[key], ctypes.byref(program), text.encode(), optimise, netmask) < 0:
            answer = pcap.pcap_geterr(handles[key]).decode()
        else:
            answer = [x for i in range(program.n) for x in (program.insns[i].code, program.insns[i].jt, program.insns[i].jf, program.insns[i].k)]
            pcap.pcap_freecode(ctypes.byref(program))
    sys.stdout.write(json.dumps(answer) + '\n')
    sys.stdout.flush()
