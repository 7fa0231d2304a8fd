import { Logger } from '@nestjs/common';

/** Units that log would fill the test's output; what they say is tested where it matters. */
Logger.overrideLogger(false);
