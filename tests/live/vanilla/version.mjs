/** The newest Minecraft version that both servers and clients of `minecraft-protocol` support. */
export const VERSION = '26.1';
