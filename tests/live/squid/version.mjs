/** The newest Minecraft version that flying-squid and mineflayer support. */
export const VERSION = '1.21.4';
