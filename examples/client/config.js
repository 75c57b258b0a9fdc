/** The address of this machine. It knows no way beyond its own network: that would be gateways() of @tiny/ipv4/gateway. */
export const network = { address: { address: new Uint8Array([10, 0, 0, 2]), length: 24 } }
/** Who collects the readings, over TCP, and what went wrong, over UDP. */
export const target = new Uint8Array([10, 0, 0, 1])
export const PORT = 5000
/** Milliseconds between readings. */
export const EVERY = 1000
