import type { Dev, Link } from '@tiny/core'

/** What tap() and tun() may be told; all of it optional. */
export interface InterfaceOptions {
  /** Name of the kernel's interface, up to 15 octets of UTF-8; %d stands for the first free number. tap%d or tun%d unless given. */
  name?: string
  /** Sets the MTU of both sides, 68 to 65,535 (the kernel may allow less); what the kernel's side has, unless given. */
  mtu?: number
  /** User id that may open the interface without privileges later; makes sense when it is persistent. */
  owner?: number
  /** Whether the interface stays when the program ends. Left as it is unless given: a new one goes. */
  isPersistent?: boolean
  /** Called once when the interface has gone by other hands (ip link del), with what the kernel says; not by close(). */
  onGone?: (error: Error) => void
}

/** And what tap() may be told besides. */
export interface TapOptions extends InterfaceOptions {
  /** Our own address, six octets; a random local one unless given. The kernel's side has another. */
  mac?: Uint8Array
}

/** What an interface has beyond the contract. */
export interface Interface {
  /** As the kernel knows it. */
  readonly name: string
  /** Lets go of the interface, which then goes too unless it is persistent. send() answers -ENETDOWN from then on. */
  close(): void
}

/** The other end of a TAP interface: a network card with a cable to the kernel. */
export type Tap = Dev & Interface

/** The other end of a TUN interface: a line for IP without a link header. */
export type Tun = Link & Interface
