/** The address of this machine. It knows no way beyond its own network: that would be gateways() of @tiny/ipv4/gateway. */
export const network = { address: { address: new Uint8Array([10, 0, 0, 2]), length: 24 } }
/** Who collects the readings, over TCP, and what went wrong, over UDP. */
export const target = new Uint8Array([10, 0, 0, 1])
export const PORT = 5000
/** Where the counters can be read. */
export const COUNTERS = 80
/** Milliseconds between readings. */
export const EVERY = 1000
/** OSPF: who speaks it is counted. */
export const ROUTERS = 89
/** Frames of IPv6 do not reach the stack: ldh [12]; jeq #0x86dd; ret #0; ret #65535. */
export const FILTER = [0x28, 0, 0, 12, 0x15, 0, 1, 0x86dd, 0x06, 0, 0, 0, 0x06, 0, 0, 65535]
