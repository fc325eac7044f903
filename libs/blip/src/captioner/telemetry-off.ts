/**
 * ONNX Runtime's library for Linux reports to its maker: it keeps a device id in `~/.cache/Microsoft`, writes a log to the
 * directory for temporary files, and looks its collector up some seconds later. It asks the environment once, when it is
 * loaded. The environment of a thread is a copy that native code does not see, so whoever starts threads imports this as well.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
