// Frames in and out of the file descriptor of a TUN or TAP interface.
//
// In: libuv watches it and reads the first frame, on the loop's thread; what else waits is drained by read() itself. An
// fs.read would go through the thread pool, for each frame. libuv watches no character device for us, but sockets: a
// socket is made for net.Socket, and its descriptor then given to the interface, before the first look at it.
// Out: write(), which for TUN neither waits nor does work elsewhere.
import { closeSync } from 'node:fs'
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { ENETDOWN, ensure } from '@tiny/core'
import { BATCH, EAGAIN, EINVAL, ENOBUFS, ENOMEM, FRAME_MAX, RETRY_MS } from './const.js'
import { must, type Opened } from './open.js'
import { fastSum } from './sum.js'

/** What moves frames, below Dev and Link. */
export interface Wire {
  /** 0, -ENOBUFS, -ENETDOWN, or -EINVAL for what is no frame. */
  send(b: Uint8Array, o: number, n: number): number
  close(): void
}

/** What is told to the layer above. */
export interface Upper {
  recv(b: Uint8Array, o: number, n: number, flags: number): void
  ready?: () => void
}

/** The interface's descriptor in a socket's clothes: net.Socket looks at what it is given, then keeps the number. */
function watched({ c }: Opened): number {
  const pair = new Int32Array(2)
  // AF_UNIX, SOCK_STREAM with SOCK_CLOEXEC.
  must(c, c.socketpair(1, 0x80001, 0, pair), 'a pair of sockets')
  closeSync(pair[1] as number)
  return pair[0] as number
}

/** Reads from the interface and hands to `up`, at most BATCH frames in a turn. */
export function wire(opened: Opened, up: Upper, onGone: ((error: Error) => void) | undefined): Wire {
  const { c } = opened
  let fd = opened.fd
  try {
    fd = watched(opened)
  } catch (e) {
    closeSync(fd)
    throw e
  }
  // In the memory of WebAssembly it is summed where it lies.
  const b: Uint8Array = fastSum().take() ?? new Uint8Array(FRAME_MAX)
  let isOpen = true
  let retry: ReturnType<typeof setTimeout> | undefined
  // koffi takes no offsets. The frames of a stack start at one offset in one buffer, nearly all of them.
  let from = b
  let at = 0
  let view = b

  function drain(n: number): boolean {
    up.recv(b, 0, n, 0)
    for (let i = 1; isOpen && i < BATCH; i++) {
      const k = c.read(fd, b, FRAME_MAX)
      // What is more than EAGAIN is told by the next read of libuv's.
      if (k <= 0) break
      up.recv(b, 0, k, 0)
    }
    return true
  }
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    writable: false,
    onread: { buffer: b, callback: drain },
  }
  const socket = new Socket(options)
  c.dup2(opened.fd, fd)
  closeSync(opened.fd)
  function close(): void {
    if (!isOpen) return
    isOpen = false
    clearTimeout(retry)
    socket.destroy()
    fastSum().give(b)
  }
  socket.on('error', error => {
    if (!isOpen) return
    close()
    onGone?.(error)
  })
  socket.resume()

  return {
    send(x, o, n) {
      // libc does not know where x ends: others' octets would go out.
      ensure(o >= 0 && n >= 0 && o + n <= x.length && n % 1 === 0, `tun: send of ${n} octets at ${o} of ${x.length}`)
      if (!isOpen) return -ENETDOWN
      if (x !== from || o !== at) {
        from = x
        at = o
        view = x.subarray(o)
      }
      if (c.write(fd, view, n) >= 0) return 0
      const e = c.errno()
      if (e === EINVAL) return -EINVAL
      // EIO: the interface is down. EBADFD: it has gone.
      if (e !== EAGAIN && e !== ENOMEM && e !== ENOBUFS) return -ENETDOWN
      // The kernel does not tell when there is room: whoever waits tries again soon.
      retry ??= setTimeout(() => {
        retry = undefined
        up.ready?.()
      }, RETRY_MS)
      return -ENOBUFS
    },
    close,
  }
}
