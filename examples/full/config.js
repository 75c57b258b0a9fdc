/** The address of this machine. It knows no way beyond its own network: that would be gateways() of @tiny/ipv4/gateway. */
export const network = { address: { address: new Uint8Array([10, 0, 0, 2]), length: 24 } }
/** Who collects the readings, over TCP, and what went wrong, over UDP. */
export const target = new Uint8Array([10, 0, 0, 1])
export const PORT = 5000
/** Where the counters can be read. */
export const COUNTERS = 80
/** Milliseconds between readings. */
export const EVERY = 1000
/** OSPF: who says hello is counted. */
export const ROUTERS = 89
/** Version 2, type 1, behind the IP header: ldxb 4*([0]&0xf); ldh [x+0]; jeq #0x201; ret #65535; ret #0. */
export const HELLO = [0xb1, 0, 0, 0, 0x48, 0, 0, 0, 0x15, 0, 1, 0x201, 0x06, 0, 0, 65535, 0x06, 0, 0, 0]
