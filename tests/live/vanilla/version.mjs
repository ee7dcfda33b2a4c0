/** The newest Minecraft that servers and clients of `minecraft-protocol` speak alike. */
export const VERSION = '26.1';
