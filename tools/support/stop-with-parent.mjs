// Preloaded into a supervised program: when its supervisor is gone, the program stops in order instead of running on unattended.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
