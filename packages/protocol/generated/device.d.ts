import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace stellacontrol. */
export namespace stellacontrol {

    /** Namespace device. */
    namespace device {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of a Report.
             * @deprecated Use stellacontrol.device.v1.Report.$Properties instead.
             */
            interface IReport extends stellacontrol.device.v1.Report.$Properties {
            }

            /** Represents a Report. */
            class Report {

                /**
                 * Constructs a new Report.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Report.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Report bootId. */
                bootId?: (number|null);

                /** Report seq. */
                seq?: (number|null);

                /** Report sentAtMs. */
                sentAtMs?: (number|null);

                /** Report uptimeS. */
                uptimeS?: (number|null);

                /** Report mode. */
                mode?: (stellacontrol.device.v1.ReportMode|null);

                /** Report intervalS. */
                intervalS?: (number|null);

                /** Report device. */
                device?: (stellacontrol.device.v1.Device.$Properties|null);

                /** Report environment. */
                environment?: (stellacontrol.device.v1.Environment.$Properties|null);

                /** Report power. */
                power?: (stellacontrol.device.v1.Power.$Properties|null);

                /** Report bands. */
                bands: stellacontrol.device.v1.Band.$Properties[];

                /** Report modem. */
                modem?: (stellacontrol.device.v1.Modem.$Properties|null);

                /**
                 * Encodes the specified Report message. Does not implicitly {@link stellacontrol.device.v1.Report.verify|verify} messages.
                 * @param message Report message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Report.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Report message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Report & stellacontrol.device.v1.Report.$Shape} Report
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Report & stellacontrol.device.v1.Report.$Shape;
            }

            namespace Report {

                /** Properties of a Report. */
                interface $Properties {

                    /** Report bootId */
                    bootId?: (number|null);

                    /** Report seq */
                    seq?: (number|null);

                    /** Report sentAtMs */
                    sentAtMs?: (number|null);

                    /** Report uptimeS */
                    uptimeS?: (number|null);

                    /** Report mode */
                    mode?: (stellacontrol.device.v1.ReportMode|null);

                    /** Report intervalS */
                    intervalS?: (number|null);

                    /** Report device */
                    device?: (stellacontrol.device.v1.Device.$Properties|null);

                    /** Report environment */
                    environment?: (stellacontrol.device.v1.Environment.$Properties|null);

                    /** Report power */
                    power?: (stellacontrol.device.v1.Power.$Properties|null);

                    /** Report bands */
                    bands?: (stellacontrol.device.v1.Band.$Properties[]|null);

                    /** Report modem */
                    modem?: (stellacontrol.device.v1.Modem.$Properties|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Report. */
                type $Shape = stellacontrol.device.v1.Report.$Properties;
            }

            /** ReportMode enum. */
            enum ReportMode {

                /** REPORT_MODE_UNSPECIFIED value */
                REPORT_MODE_UNSPECIFIED = 0,

                /** REPORT_MODE_NORMAL value */
                REPORT_MODE_NORMAL = 1,

                /** REPORT_MODE_LIVE value */
                REPORT_MODE_LIVE = 2,

                /** REPORT_MODE_BACKFILL value */
                REPORT_MODE_BACKFILL = 3
            }

            /**
             * Properties of a Device.
             * @deprecated Use stellacontrol.device.v1.Device.$Properties instead.
             */
            interface IDevice extends stellacontrol.device.v1.Device.$Properties {
            }

            /** Represents a Device. */
            class Device {

                /**
                 * Constructs a new Device.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Device.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Device model. */
                model?: (string|null);

                /** Device firmwareVersion. */
                firmwareVersion?: (string|null);

                /** Device hardwareRevision. */
                hardwareRevision?: (number|null);

                /** Device resetReason. */
                resetReason?: (stellacontrol.device.v1.ResetReason|null);

                /** Device cpuLoadPercent. */
                cpuLoadPercent?: (number|null);

                /** Device memoryFreeKb. */
                memoryFreeKb?: (number|null);

                /** Device flashFreeKb. */
                flashFreeKb?: (number|null);

                /** Device configVersion. */
                configVersion?: (number|null);

                /** Device errorCodes. */
                errorCodes: number[];

                /** Device clockOffsetS. */
                clockOffsetS?: (number|null);

                /**
                 * Encodes the specified Device message. Does not implicitly {@link stellacontrol.device.v1.Device.verify|verify} messages.
                 * @param message Device message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Device.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Device message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Device & stellacontrol.device.v1.Device.$Shape} Device
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Device & stellacontrol.device.v1.Device.$Shape;
            }

            namespace Device {

                /** Properties of a Device. */
                interface $Properties {

                    /** Device model */
                    model?: (string|null);

                    /** Device firmwareVersion */
                    firmwareVersion?: (string|null);

                    /** Device hardwareRevision */
                    hardwareRevision?: (number|null);

                    /** Device resetReason */
                    resetReason?: (stellacontrol.device.v1.ResetReason|null);

                    /** Device cpuLoadPercent */
                    cpuLoadPercent?: (number|null);

                    /** Device memoryFreeKb */
                    memoryFreeKb?: (number|null);

                    /** Device flashFreeKb */
                    flashFreeKb?: (number|null);

                    /** Device configVersion */
                    configVersion?: (number|null);

                    /** Device errorCodes */
                    errorCodes?: (number[]|null);

                    /** Device clockOffsetS */
                    clockOffsetS?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Device. */
                type $Shape = stellacontrol.device.v1.Device.$Properties;
            }

            /** ResetReason enum. */
            enum ResetReason {

                /** RESET_REASON_UNSPECIFIED value */
                RESET_REASON_UNSPECIFIED = 0,

                /** RESET_REASON_POWER value */
                RESET_REASON_POWER = 1,

                /** RESET_REASON_WATCHDOG value */
                RESET_REASON_WATCHDOG = 2,

                /** RESET_REASON_COMMAND value */
                RESET_REASON_COMMAND = 3,

                /** RESET_REASON_FIRMWARE value */
                RESET_REASON_FIRMWARE = 4,

                /** RESET_REASON_CRASH value */
                RESET_REASON_CRASH = 5
            }

            /**
             * Properties of an Environment.
             * @deprecated Use stellacontrol.device.v1.Environment.$Properties instead.
             */
            interface IEnvironment extends stellacontrol.device.v1.Environment.$Properties {
            }

            /** Represents an Environment. */
            class Environment {

                /**
                 * Constructs a new Environment.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Environment.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Environment boardTemperatureDc. */
                boardTemperatureDc?: (number|null);

                /** Environment ambientTemperatureDc. */
                ambientTemperatureDc?: (number|null);

                /** Environment fans. */
                fans: stellacontrol.device.v1.Fan.$Properties[];

                /** Environment humidityPercent. */
                humidityPercent?: (number|null);

                /** Environment doorOpen. */
                doorOpen?: (boolean|null);

                /**
                 * Encodes the specified Environment message. Does not implicitly {@link stellacontrol.device.v1.Environment.verify|verify} messages.
                 * @param message Environment message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Environment.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Environment message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Environment & stellacontrol.device.v1.Environment.$Shape} Environment
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Environment & stellacontrol.device.v1.Environment.$Shape;
            }

            namespace Environment {

                /** Properties of an Environment. */
                interface $Properties {

                    /** Environment boardTemperatureDc */
                    boardTemperatureDc?: (number|null);

                    /** Environment ambientTemperatureDc */
                    ambientTemperatureDc?: (number|null);

                    /** Environment fans */
                    fans?: (stellacontrol.device.v1.Fan.$Properties[]|null);

                    /** Environment humidityPercent */
                    humidityPercent?: (number|null);

                    /** Environment doorOpen */
                    doorOpen?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Environment. */
                type $Shape = stellacontrol.device.v1.Environment.$Properties;
            }

            /**
             * Properties of a Fan.
             * @deprecated Use stellacontrol.device.v1.Fan.$Properties instead.
             */
            interface IFan extends stellacontrol.device.v1.Fan.$Properties {
            }

            /** Represents a Fan. */
            class Fan {

                /**
                 * Constructs a new Fan.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Fan.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Fan speedRpm. */
                speedRpm?: (number|null);

                /** Fan drivePercent. */
                drivePercent?: (number|null);

                /**
                 * Encodes the specified Fan message. Does not implicitly {@link stellacontrol.device.v1.Fan.verify|verify} messages.
                 * @param message Fan message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Fan.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Fan message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Fan & stellacontrol.device.v1.Fan.$Shape} Fan
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Fan & stellacontrol.device.v1.Fan.$Shape;
            }

            namespace Fan {

                /** Properties of a Fan. */
                interface $Properties {

                    /** Fan speedRpm */
                    speedRpm?: (number|null);

                    /** Fan drivePercent */
                    drivePercent?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Fan. */
                type $Shape = stellacontrol.device.v1.Fan.$Properties;
            }

            /**
             * Properties of a Power.
             * @deprecated Use stellacontrol.device.v1.Power.$Properties instead.
             */
            interface IPower extends stellacontrol.device.v1.Power.$Properties {
            }

            /** Represents a Power. */
            class Power {

                /**
                 * Constructs a new Power.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Power.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Power source. */
                source?: (stellacontrol.device.v1.PowerSource|null);

                /** Power supplyMv. */
                supplyMv?: (number|null);

                /** Power supplyMa. */
                supplyMa?: (number|null);

                /** Power inputPowerDw. */
                inputPowerDw?: (number|null);

                /**
                 * Encodes the specified Power message. Does not implicitly {@link stellacontrol.device.v1.Power.verify|verify} messages.
                 * @param message Power message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Power.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Power message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Power & stellacontrol.device.v1.Power.$Shape} Power
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Power & stellacontrol.device.v1.Power.$Shape;
            }

            namespace Power {

                /** Properties of a Power. */
                interface $Properties {

                    /** Power source */
                    source?: (stellacontrol.device.v1.PowerSource|null);

                    /** Power supplyMv */
                    supplyMv?: (number|null);

                    /** Power supplyMa */
                    supplyMa?: (number|null);

                    /** Power inputPowerDw */
                    inputPowerDw?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Power. */
                type $Shape = stellacontrol.device.v1.Power.$Properties;
            }

            /** PowerSource enum. */
            enum PowerSource {

                /** POWER_SOURCE_UNSPECIFIED value */
                POWER_SOURCE_UNSPECIFIED = 0,

                /** POWER_SOURCE_MAINS value */
                POWER_SOURCE_MAINS = 1,

                /** POWER_SOURCE_DC value */
                POWER_SOURCE_DC = 2,

                /** POWER_SOURCE_BATTERY value */
                POWER_SOURCE_BATTERY = 3,

                /** POWER_SOURCE_POE value */
                POWER_SOURCE_POE = 4,

                /** POWER_SOURCE_SOLAR value */
                POWER_SOURCE_SOLAR = 5
            }

            /**
             * Properties of a Band.
             * @deprecated Use stellacontrol.device.v1.Band.$Properties instead.
             */
            interface IBand extends stellacontrol.device.v1.Band.$Properties {
            }

            /** Represents a Band. */
            class Band {

                /**
                 * Constructs a new Band.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Band.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Band band. */
                band?: (number|null);

                /** Band state. */
                state?: (stellacontrol.device.v1.BandState|null);

                /** Band gainSetDb10. */
                gainSetDb10?: (number|null);

                /** Band gainMaxDb10. */
                gainMaxDb10?: (number|null);

                /** Band gainActualDb10. */
                gainActualDb10?: (number|null);

                /** Band gainLimitCause. */
                gainLimitCause?: (stellacontrol.device.v1.GainLimitCause|null);

                /** Band downlinkInDbm10. */
                downlinkInDbm10?: (number|null);

                /** Band downlinkInBelowDb10. */
                downlinkInBelowDb10?: (number|null);

                /** Band downlinkInAboveDb10. */
                downlinkInAboveDb10?: (number|null);

                /** Band downlinkOutDbm10. */
                downlinkOutDbm10?: (number|null);

                /** Band downlinkOutBelowDb10. */
                downlinkOutBelowDb10?: (number|null);

                /** Band downlinkOutAboveDb10. */
                downlinkOutAboveDb10?: (number|null);

                /** Band isolationDb10. */
                isolationDb10?: (number|null);

                /** Band uplinkOutDbm10. */
                uplinkOutDbm10?: (number|null);

                /** Band paTemperatureDc. */
                paTemperatureDc?: (number|null);

                /** Band uplinkInDbm10. */
                uplinkInDbm10?: (number|null);

                /** Band uplinkActiveS. */
                uplinkActiveS?: (number|null);

                /** Band shutdownReason. */
                shutdownReason?: (stellacontrol.device.v1.ShutdownReason|null);

                /** Band shutdownRetries. */
                shutdownRetries?: (number|null);

                /** Band oscillations_24h. */
                oscillations_24h?: (number|null);

                /** Band returnLossDb10. */
                returnLossDb10?: (number|null);

                /** Band uplinkGainActualDb10. */
                uplinkGainActualDb10?: (number|null);

                /** Band enabled. */
                enabled?: (boolean|null);

                /** Band donorRsrpDbm10. */
                donorRsrpDbm10?: (number|null);

                /** Band donorRsrqDb10. */
                donorRsrqDb10?: (number|null);

                /** Band donorSinrDb10. */
                donorSinrDb10?: (number|null);

                /**
                 * Encodes the specified Band message. Does not implicitly {@link stellacontrol.device.v1.Band.verify|verify} messages.
                 * @param message Band message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Band.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Band message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Band & stellacontrol.device.v1.Band.$Shape} Band
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Band & stellacontrol.device.v1.Band.$Shape;
            }

            namespace Band {

                /** Properties of a Band. */
                interface $Properties {

                    /** Band band */
                    band?: (number|null);

                    /** Band state */
                    state?: (stellacontrol.device.v1.BandState|null);

                    /** Band gainSetDb10 */
                    gainSetDb10?: (number|null);

                    /** Band gainMaxDb10 */
                    gainMaxDb10?: (number|null);

                    /** Band gainActualDb10 */
                    gainActualDb10?: (number|null);

                    /** Band gainLimitCause */
                    gainLimitCause?: (stellacontrol.device.v1.GainLimitCause|null);

                    /** Band downlinkInDbm10 */
                    downlinkInDbm10?: (number|null);

                    /** Band downlinkInBelowDb10 */
                    downlinkInBelowDb10?: (number|null);

                    /** Band downlinkInAboveDb10 */
                    downlinkInAboveDb10?: (number|null);

                    /** Band downlinkOutDbm10 */
                    downlinkOutDbm10?: (number|null);

                    /** Band downlinkOutBelowDb10 */
                    downlinkOutBelowDb10?: (number|null);

                    /** Band downlinkOutAboveDb10 */
                    downlinkOutAboveDb10?: (number|null);

                    /** Band isolationDb10 */
                    isolationDb10?: (number|null);

                    /** Band uplinkOutDbm10 */
                    uplinkOutDbm10?: (number|null);

                    /** Band paTemperatureDc */
                    paTemperatureDc?: (number|null);

                    /** Band uplinkInDbm10 */
                    uplinkInDbm10?: (number|null);

                    /** Band uplinkActiveS */
                    uplinkActiveS?: (number|null);

                    /** Band shutdownReason */
                    shutdownReason?: (stellacontrol.device.v1.ShutdownReason|null);

                    /** Band shutdownRetries */
                    shutdownRetries?: (number|null);

                    /** Band oscillations_24h */
                    oscillations_24h?: (number|null);

                    /** Band returnLossDb10 */
                    returnLossDb10?: (number|null);

                    /** Band uplinkGainActualDb10 */
                    uplinkGainActualDb10?: (number|null);

                    /** Band enabled */
                    enabled?: (boolean|null);

                    /** Band donorRsrpDbm10 */
                    donorRsrpDbm10?: (number|null);

                    /** Band donorRsrqDb10 */
                    donorRsrqDb10?: (number|null);

                    /** Band donorSinrDb10 */
                    donorSinrDb10?: (number|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Band. */
                type $Shape = stellacontrol.device.v1.Band.$Properties;
            }

            /** BandState enum. */
            enum BandState {

                /** BAND_STATE_UNSPECIFIED value */
                BAND_STATE_UNSPECIFIED = 0,

                /** BAND_STATE_OFF value */
                BAND_STATE_OFF = 1,

                /** BAND_STATE_STARTING value */
                BAND_STATE_STARTING = 2,

                /** BAND_STATE_ACTIVE value */
                BAND_STATE_ACTIVE = 3,

                /** BAND_STATE_STANDBY value */
                BAND_STATE_STANDBY = 4,

                /** BAND_STATE_REDUCED value */
                BAND_STATE_REDUCED = 5,

                /** BAND_STATE_SHUT_DOWN value */
                BAND_STATE_SHUT_DOWN = 6,

                /** BAND_STATE_LOCKED_OUT value */
                BAND_STATE_LOCKED_OUT = 7,

                /** BAND_STATE_FAULT value */
                BAND_STATE_FAULT = 8
            }

            /** GainLimitCause enum. */
            enum GainLimitCause {

                /** GAIN_LIMIT_CAUSE_UNSPECIFIED value */
                GAIN_LIMIT_CAUSE_UNSPECIFIED = 0,

                /** GAIN_LIMIT_CAUSE_NONE value */
                GAIN_LIMIT_CAUSE_NONE = 1,

                /** GAIN_LIMIT_CAUSE_HARDWARE value */
                GAIN_LIMIT_CAUSE_HARDWARE = 2,

                /** GAIN_LIMIT_CAUSE_ISOLATION value */
                GAIN_LIMIT_CAUSE_ISOLATION = 3,

                /** GAIN_LIMIT_CAUSE_AGC value */
                GAIN_LIMIT_CAUSE_AGC = 4,

                /** GAIN_LIMIT_CAUSE_ALC value */
                GAIN_LIMIT_CAUSE_ALC = 5,

                /** GAIN_LIMIT_CAUSE_REGULATORY value */
                GAIN_LIMIT_CAUSE_REGULATORY = 6,

                /** GAIN_LIMIT_CAUSE_TEMPERATURE value */
                GAIN_LIMIT_CAUSE_TEMPERATURE = 7,

                /** GAIN_LIMIT_CAUSE_USER value */
                GAIN_LIMIT_CAUSE_USER = 8,

                /** GAIN_LIMIT_CAUSE_STANDBY value */
                GAIN_LIMIT_CAUSE_STANDBY = 9
            }

            /** ShutdownReason enum. */
            enum ShutdownReason {

                /** SHUTDOWN_REASON_UNSPECIFIED value */
                SHUTDOWN_REASON_UNSPECIFIED = 0,

                /** SHUTDOWN_REASON_NONE value */
                SHUTDOWN_REASON_NONE = 1,

                /** SHUTDOWN_REASON_USER value */
                SHUTDOWN_REASON_USER = 2,

                /** SHUTDOWN_REASON_OSCILLATION value */
                SHUTDOWN_REASON_OSCILLATION = 3,

                /** SHUTDOWN_REASON_OVER_POWER value */
                SHUTDOWN_REASON_OVER_POWER = 4,

                /** SHUTDOWN_REASON_OVER_INPUT value */
                SHUTDOWN_REASON_OVER_INPUT = 5,

                /** SHUTDOWN_REASON_OVER_TEMPERATURE value */
                SHUTDOWN_REASON_OVER_TEMPERATURE = 6,

                /** SHUTDOWN_REASON_VSWR value */
                SHUTDOWN_REASON_VSWR = 7,

                /** SHUTDOWN_REASON_PA_FAULT value */
                SHUTDOWN_REASON_PA_FAULT = 8,

                /** SHUTDOWN_REASON_SUPPLY value */
                SHUTDOWN_REASON_SUPPLY = 9
            }

            /**
             * Properties of a Modem.
             * @deprecated Use stellacontrol.device.v1.Modem.$Properties instead.
             */
            interface IModem extends stellacontrol.device.v1.Modem.$Properties {
            }

            /** Represents a Modem. */
            class Modem {

                /**
                 * Constructs a new Modem.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: stellacontrol.device.v1.Modem.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Modem bearer. */
                bearer?: (stellacontrol.device.v1.Bearer|null);

                /** Modem ethernetLink. */
                ethernetLink?: (boolean|null);

                /** Modem rsrpDbm10. */
                rsrpDbm10?: (number|null);

                /** Modem rsrqDb10. */
                rsrqDb10?: (number|null);

                /** Modem sinrDb10. */
                sinrDb10?: (number|null);

                /** Modem rssiDbm10. */
                rssiDbm10?: (number|null);

                /** Modem plmn. */
                plmn?: (number|null);

                /** Modem cellId. */
                cellId?: (number|null);

                /** Modem mqttRttMs. */
                mqttRttMs?: (number|null);

                /** Modem reconnects_24h. */
                reconnects_24h?: (number|null);

                /** Modem temperatureC. */
                temperatureC?: (number|null);

                /** Modem dataTxBytes. */
                dataTxBytes?: (number|null);

                /** Modem dataRxBytes. */
                dataRxBytes?: (number|null);

                /** Modem roaming. */
                roaming?: (boolean|null);

                /**
                 * Encodes the specified Modem message. Does not implicitly {@link stellacontrol.device.v1.Modem.verify|verify} messages.
                 * @param message Modem message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: stellacontrol.device.v1.Modem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a Modem message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {stellacontrol.device.v1.Modem & stellacontrol.device.v1.Modem.$Shape} Modem
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): stellacontrol.device.v1.Modem & stellacontrol.device.v1.Modem.$Shape;
            }

            namespace Modem {

                /** Properties of a Modem. */
                interface $Properties {

                    /** Modem bearer */
                    bearer?: (stellacontrol.device.v1.Bearer|null);

                    /** Modem ethernetLink */
                    ethernetLink?: (boolean|null);

                    /** Modem rsrpDbm10 */
                    rsrpDbm10?: (number|null);

                    /** Modem rsrqDb10 */
                    rsrqDb10?: (number|null);

                    /** Modem sinrDb10 */
                    sinrDb10?: (number|null);

                    /** Modem rssiDbm10 */
                    rssiDbm10?: (number|null);

                    /** Modem plmn */
                    plmn?: (number|null);

                    /** Modem cellId */
                    cellId?: (number|null);

                    /** Modem mqttRttMs */
                    mqttRttMs?: (number|null);

                    /** Modem reconnects_24h */
                    reconnects_24h?: (number|null);

                    /** Modem temperatureC */
                    temperatureC?: (number|null);

                    /** Modem dataTxBytes */
                    dataTxBytes?: (number|null);

                    /** Modem dataRxBytes */
                    dataRxBytes?: (number|null);

                    /** Modem roaming */
                    roaming?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a Modem. */
                type $Shape = stellacontrol.device.v1.Modem.$Properties;
            }

            /** Bearer enum. */
            enum Bearer {

                /** BEARER_UNSPECIFIED value */
                BEARER_UNSPECIFIED = 0,

                /** BEARER_ETHERNET value */
                BEARER_ETHERNET = 1,

                /** BEARER_GSM value */
                BEARER_GSM = 2,

                /** BEARER_WCDMA value */
                BEARER_WCDMA = 3,

                /** BEARER_LTE value */
                BEARER_LTE = 4,

                /** BEARER_NR value */
                BEARER_NR = 5,

                /** BEARER_WLAN value */
                BEARER_WLAN = 6
            }
        }
    }
}
