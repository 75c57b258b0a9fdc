// The calls of libc that Node does not have, and read and write without the thread pool or an exception for EAGAIN.
import { createRequire } from 'node:module'
import { fault } from './fault.js'

/** Each answers as in C: -1 means that errno() tells why. */
export interface Libc {
  ioctl(fd: number, request: number, p: Uint8Array): number
  /** For the requests whose argument is the number itself. */
  ioctlNumber(fd: number, request: number, value: number): number
  /** Up to n octets to the start of b. */
  read(fd: number, b: Uint8Array, n: number): number
  /** n octets from the start of b. */
  write(fd: number, b: Uint8Array, n: number): number
  socket(domain: number, type: number, protocol: number): number
  socketpair(domain: number, type: number, protocol: number, pair: Int32Array): number
  dup2(from: number, to: number): number
  errno(): number
}

interface Koffi {
  load(path: null): { func(definition: string): never }
  errno(): number
}

let loaded: Libc | undefined

/** @throws Error (MODULE_NOT_FOUND) when koffi is not installed */
export function libc(): Libc {
  if (loaded) return loaded
  let koffi: Koffi
  try {
    // Loaded by need: a program for several platforms may import this package on all of them.
    koffi = createRequire(typeof __filename === 'string' ? __filename : import.meta.url)('koffi') as Koffi
  } catch (e) {
    throw fault('MODULE_NOT_FOUND', `koffi does not load, by which libc is called: npm install koffi (${e})`)
  }
  // The program itself has libc, GNU's or musl's.
  const c = koffi.load(null)
  loaded = {
    ioctl: c.func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *p)'),
    ioctlNumber: c.func('int ioctl(int fd, unsigned long request, long value)'),
    read: c.func('int64_t read(int fd, uint8_t *b, size_t n)'),
    write: c.func('int64_t write(int fd, const uint8_t *b, size_t n)'),
    socket: c.func('int socket(int domain, int type, int protocol)'),
    socketpair: c.func('int socketpair(int domain, int type, int protocol, _Out_ int *pair)'),
    dup2: c.func('int dup2(int from, int to)'),
    errno: () => koffi.errno(),
  }
  return loaded
}
