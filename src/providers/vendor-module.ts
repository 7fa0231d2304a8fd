import { Injectable, Module } from '@nestjs/common';
import type { ProviderSettings } from '../config/settings.js';
import type { Provider, Vendor, VendorModule } from './provider.js';
import { Transport } from './transport.js';
import { TransportModule } from './transport.module.js';

interface VendorModuleOptions extends Pick<VendorModule, 'type' | 'apiKeyVariable'> {
  /** @throws SettingsError when a setting that this vendor needs is missing or wrong */
  readonly create: (transport: Transport, name: string, settings: ProviderSettings) => Provider;
}

/** A module of one of many vendors that are made alike. */
export function vendorModule({ type, apiKeyVariable, create }: VendorModuleOptions): VendorModule {
  @Injectable()
  class TransportedVendor implements Vendor {
    constructor(private readonly transport: Transport) {}

    create(name: string, settings: ProviderSettings): Provider {
      return create(this.transport, name, settings);
    }
  }

  @Module({ imports: [TransportModule], providers: [TransportedVendor], exports: [TransportedVendor] })
  class TransportedVendorModule {
    static readonly type = type;
    static readonly apiKeyVariable = apiKeyVariable;
    static readonly vendor = TransportedVendor;
  }
  return TransportedVendorModule;
}
