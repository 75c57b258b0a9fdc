// Documentation/networking/tuntap.rst of Linux.
import { closeSync, constants, openSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { range } from '@tiny/core'
import {
  EBUSY,
  EINVAL,
  EPERM,
  IFF_NO_PI,
  IFNAMSIZ,
  IFREQ,
  SIOCGIFMTU,
  SIOCSIFMTU,
  TUNSETIFF,
  TUNSETOWNER,
  TUNSETPERSIST,
} from './const.js'
import { fault } from './fault.js'
import { type Libc, libc } from './libc.js'
import type { InterfaceOptions } from './types.js'

const DEVICE = '/dev/net/tun'

/** An interface of the kernel's, and the file descriptor through which we are its other end. */
export interface Opened {
  readonly c: Libc
  readonly fd: number
  readonly name: string
  readonly mtu: number
}

// On these the direction of an ioctl has other bits.
const isOther = ['mips', 'mipsel', 'ppc', 'ppc64'].includes(process.arch)
const request = (number: number): number => (isOther ? number + 0x40000000 : number)

function openDevice(): number {
  try {
    return openSync(DEVICE, constants.O_RDWR | constants.O_NONBLOCK)
  } catch (e) {
    const code = `${(e as { code?: string }).code}`
    if (code === 'EACCES' || code === 'EPERM')
      throw fault(code, `${DEVICE} may not be opened: run as root, or have root say: chmod 666 ${DEVICE}`)
    if (code === 'EMFILE' || code === 'ENFILE')
      throw fault(code, 'the program has no file descriptors left: close some, or raise the limit (ulimit -n)')
    throw fault(
      code,
      `no ${DEVICE} (${code}): load the driver with modprobe tun; a container needs --device ${DEVICE} --cap-add NET_ADMIN`,
    )
  }
}

function refused(errno: number, name: string, kind: string): Error {
  const code = getSystemErrorName(-errno)
  if (errno === EPERM)
    return fault(
      code,
      `no CAP_NET_ADMIN here: run as root, or in a network of your own by unshare -rn, or have root make the interface: ip tuntap add dev ${name.replace('%d', '0')} mode ${kind} user $USER`,
    )
  if (errno === EBUSY) return fault(code, `interface ${name} is held by another program: end it, or take another name`)
  if (errno === EINVAL)
    return fault(
      code,
      `interface ${name} exists and is no ${kind}: take another name, or remove it: ip link del ${name}`,
    )
  return fault(code, `interface ${name}: ${code}`)
}

/** What a call answered: -1 is an Error. */
export function must(c: Libc, result: number, what: string): void {
  if (result >= 0) return
  const code = getSystemErrorName(-c.errno())
  throw fault(code, `${what}: ${code}`)
}

/** The MTU of the kernel's side, after it was set to `mtu` unless that is undefined. */
function mtuOf(c: Libc, ifreq: Uint8Array, mtu: number | undefined): number {
  // AF_INET, SOCK_DGRAM with SOCK_CLOEXEC: any socket will do to ask.
  const socket = c.socket(2, 0x80002, 0)
  must(c, socket, 'a socket to ask for the MTU')
  const view = new DataView(ifreq.buffer)
  try {
    if (mtu !== undefined) {
      view.setInt32(IFNAMSIZ, mtu, isLittle)
      must(c, c.ioctl(socket, SIOCSIFMTU, ifreq), `mtu ${mtu}`)
    }
    must(c, c.ioctl(socket, SIOCGIFMTU, ifreq), 'the MTU')
    return view.getInt32(IFNAMSIZ, isLittle)
  } finally {
    closeSync(socket)
  }
}

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/**
 * Opens an interface, which is made unless it exists.
 *
 * @param flag IFF_TUN or IFF_TAP
 * @throws Error that says what to do, with a `code`; RangeError for options
 */
export function open(flag: number, kind: 'tun' | 'tap', options: InterfaceOptions): Opened {
  const name = options.name ?? `${kind}%d`
  const octets = new TextEncoder().encode(name)
  // The kernel takes one %d in it, and no other %.
  if (
    octets.length >= IFNAMSIZ ||
    !/^[^/\s:\0%]*(%d[^/\s:\0%]*)?$/.test(name) ||
    !name ||
    name === '.' ||
    name === '..'
  )
    throw new RangeError(`tun: name ${name} is not 1 to 15 octets without space, slash and colon, nor % but one %d`)
  range('tun: mtu', options.mtu, 1500, 68, 65535)
  range('tun: owner', options.owner, 0, 0, 0x7fffffff)
  if (process.platform !== 'linux')
    throw fault(
      'ENOTSUP',
      `TUN and TAP are Linux's, this is ${process.platform}: use a machine or container with Linux`,
    )
  const c = libc()
  const fd = openDevice()
  try {
    const ifreq = new Uint8Array(IFREQ)
    ifreq.set(octets)
    new DataView(ifreq.buffer).setUint16(IFNAMSIZ, flag | IFF_NO_PI, isLittle)
    if (c.ioctl(fd, request(TUNSETIFF), ifreq) < 0) throw refused(c.errno(), name, kind)
    const given = new TextDecoder().decode(ifreq.subarray(0, ifreq.indexOf(0)))
    if (options.owner !== undefined)
      must(c, c.ioctlNumber(fd, request(TUNSETOWNER), options.owner), `owner ${options.owner}`)
    if (options.isPersistent !== undefined)
      must(c, c.ioctlNumber(fd, request(TUNSETPERSIST), options.isPersistent ? 1 : 0), 'isPersistent')
    return { c, fd, name: given, mtu: mtuOf(c, ifreq, options.mtu) }
  } catch (e) {
    closeSync(fd)
    throw e
  }
}
