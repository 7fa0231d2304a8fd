import { Module } from '@nestjs/common';
import { Transport } from './transport.js';

@Module({ providers: [Transport], exports: [Transport] })
export class TransportModule {}
