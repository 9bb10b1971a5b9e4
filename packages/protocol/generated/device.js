/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

const $root = $protobuf.roots["stellacontrol-device-v1"] || ($protobuf.roots["stellacontrol-device-v1"] = {});

export const stellacontrol = $root.stellacontrol = (() => {

    const stellacontrol = {};

    stellacontrol.device = (function() {

        const device = {};

        device.v1 = (function() {

            const v1 = {};

            v1.Report = (function() {

                const Report = function (properties) {
                    this.bands = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Report.prototype.bootId = null;
                Report.prototype.seq = null;
                Report.prototype.sentAtMs = null;
                Report.prototype.uptimeS = null;
                Report.prototype.mode = null;
                Report.prototype.intervalS = null;
                Report.prototype.device = null;
                Report.prototype.environment = null;
                Report.prototype.power = null;
                Report.prototype.bands = $util.emptyArray;
                Report.prototype.modem = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_bootId", {
                    get: $util.oneOfGetter($oneOfFields = ["bootId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_seq", {
                    get: $util.oneOfGetter($oneOfFields = ["seq"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_sentAtMs", {
                    get: $util.oneOfGetter($oneOfFields = ["sentAtMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_uptimeS", {
                    get: $util.oneOfGetter($oneOfFields = ["uptimeS"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_mode", {
                    get: $util.oneOfGetter($oneOfFields = ["mode"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Report.prototype, "_intervalS", {
                    get: $util.oneOfGetter($oneOfFields = ["intervalS"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Report.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.bootId != null && $Object.hasOwnProperty.call(message, "bootId"))
                        writer.uint32(8).uint32(message.bootId);
                    if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                        writer.uint32(16).uint32(message.seq);
                    if (message.sentAtMs != null && $Object.hasOwnProperty.call(message, "sentAtMs"))
                        writer.uint32(24).uint64(message.sentAtMs);
                    if (message.uptimeS != null && $Object.hasOwnProperty.call(message, "uptimeS"))
                        writer.uint32(32).uint32(message.uptimeS);
                    if (message.mode != null && $Object.hasOwnProperty.call(message, "mode"))
                        writer.uint32(40).int32(message.mode);
                    if (message.intervalS != null && $Object.hasOwnProperty.call(message, "intervalS"))
                        writer.uint32(48).uint32(message.intervalS);
                    if (message.device != null && $Object.hasOwnProperty.call(message, "device"))
                        $root.stellacontrol.device.v1.Device.encode(message.device, writer.uint32(58).fork(), _depth + 1).ldelim();
                    if (message.environment != null && $Object.hasOwnProperty.call(message, "environment"))
                        $root.stellacontrol.device.v1.Environment.encode(message.environment, writer.uint32(66).fork(), _depth + 1).ldelim();
                    if (message.power != null && $Object.hasOwnProperty.call(message, "power"))
                        $root.stellacontrol.device.v1.Power.encode(message.power, writer.uint32(74).fork(), _depth + 1).ldelim();
                    if (message.bands != null && message.bands.length)
                        for (let i = 0; i < message.bands.length; ++i)
                            $root.stellacontrol.device.v1.Band.encode(message.bands[i], writer.uint32(82).fork(), _depth + 1).ldelim();
                    if (message.modem != null && $Object.hasOwnProperty.call(message, "modem"))
                        $root.stellacontrol.device.v1.Modem.encode(message.modem, writer.uint32(90).fork(), _depth + 1).ldelim();
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Report.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Report();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.bootId = reader.uint32();
                                message._bootId = "bootId";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.seq = reader.uint32();
                                message._seq = "seq";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.sentAtMs = reader.uint64();
                                message._sentAtMs = "sentAtMs";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.uptimeS = reader.uint32();
                                message._uptimeS = "uptimeS";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.mode = reader.int32();
                                message._mode = "mode";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.intervalS = reader.uint32();
                                message._intervalS = "intervalS";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 2)
                                    break;
                                message.device = $root.stellacontrol.device.v1.Device.decode(reader, reader.size(), $undefined, _depth + 1, message.device);
                                continue;
                            }
                        case 8: {
                                if (wireType !== 2)
                                    break;
                                message.environment = $root.stellacontrol.device.v1.Environment.decode(reader, reader.size(), $undefined, _depth + 1, message.environment);
                                continue;
                            }
                        case 9: {
                                if (wireType !== 2)
                                    break;
                                message.power = $root.stellacontrol.device.v1.Power.decode(reader, reader.size(), $undefined, _depth + 1, message.power);
                                continue;
                            }
                        case 10: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.bands && message.bands.length))
                                    message.bands = [];
                                message.bands.push($root.stellacontrol.device.v1.Band.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 11: {
                                if (wireType !== 2)
                                    break;
                                message.modem = $root.stellacontrol.device.v1.Modem.decode(reader, reader.size(), $undefined, _depth + 1, message.modem);
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Report;
            })();

            v1.ReportMode = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "REPORT_MODE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "REPORT_MODE_NORMAL"] = 1;
                values[valuesById[2] = "REPORT_MODE_LIVE"] = 2;
                values[valuesById[3] = "REPORT_MODE_BACKFILL"] = 3;
                return values;
            })();

            v1.Device = (function() {

                const Device = function (properties) {
                    this.errorCodes = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Device.prototype.model = null;
                Device.prototype.firmwareVersion = null;
                Device.prototype.hardwareRevision = null;
                Device.prototype.resetReason = null;
                Device.prototype.cpuLoadPercent = null;
                Device.prototype.memoryFreeKb = null;
                Device.prototype.flashFreeKb = null;
                Device.prototype.configVersion = null;
                Device.prototype.errorCodes = $util.emptyArray;
                Device.prototype.clockOffsetS = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_model", {
                    get: $util.oneOfGetter($oneOfFields = ["model"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_firmwareVersion", {
                    get: $util.oneOfGetter($oneOfFields = ["firmwareVersion"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_hardwareRevision", {
                    get: $util.oneOfGetter($oneOfFields = ["hardwareRevision"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_resetReason", {
                    get: $util.oneOfGetter($oneOfFields = ["resetReason"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_cpuLoadPercent", {
                    get: $util.oneOfGetter($oneOfFields = ["cpuLoadPercent"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_memoryFreeKb", {
                    get: $util.oneOfGetter($oneOfFields = ["memoryFreeKb"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_flashFreeKb", {
                    get: $util.oneOfGetter($oneOfFields = ["flashFreeKb"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_configVersion", {
                    get: $util.oneOfGetter($oneOfFields = ["configVersion"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Device.prototype, "_clockOffsetS", {
                    get: $util.oneOfGetter($oneOfFields = ["clockOffsetS"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Device.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.model != null && $Object.hasOwnProperty.call(message, "model"))
                        writer.uint32(10).string(message.model);
                    if (message.firmwareVersion != null && $Object.hasOwnProperty.call(message, "firmwareVersion"))
                        writer.uint32(18).string(message.firmwareVersion);
                    if (message.hardwareRevision != null && $Object.hasOwnProperty.call(message, "hardwareRevision"))
                        writer.uint32(24).uint32(message.hardwareRevision);
                    if (message.resetReason != null && $Object.hasOwnProperty.call(message, "resetReason"))
                        writer.uint32(32).int32(message.resetReason);
                    if (message.cpuLoadPercent != null && $Object.hasOwnProperty.call(message, "cpuLoadPercent"))
                        writer.uint32(40).uint32(message.cpuLoadPercent);
                    if (message.memoryFreeKb != null && $Object.hasOwnProperty.call(message, "memoryFreeKb"))
                        writer.uint32(48).uint32(message.memoryFreeKb);
                    if (message.flashFreeKb != null && $Object.hasOwnProperty.call(message, "flashFreeKb"))
                        writer.uint32(56).uint32(message.flashFreeKb);
                    if (message.configVersion != null && $Object.hasOwnProperty.call(message, "configVersion"))
                        writer.uint32(64).uint32(message.configVersion);
                    if (message.errorCodes != null && message.errorCodes.length)
                        writer.uint32(74).uint32s(message.errorCodes);
                    if (message.clockOffsetS != null && $Object.hasOwnProperty.call(message, "clockOffsetS"))
                        writer.uint32(80).sint32(message.clockOffsetS);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Device.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Device();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                message.model = reader.stringVerify();
                                message._model = "model";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                message.firmwareVersion = reader.stringVerify();
                                message._firmwareVersion = "firmwareVersion";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.hardwareRevision = reader.uint32();
                                message._hardwareRevision = "hardwareRevision";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.resetReason = reader.int32();
                                message._resetReason = "resetReason";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.cpuLoadPercent = reader.uint32();
                                message._cpuLoadPercent = "cpuLoadPercent";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.memoryFreeKb = reader.uint32();
                                message._memoryFreeKb = "memoryFreeKb";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.flashFreeKb = reader.uint32();
                                message._flashFreeKb = "flashFreeKb";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.configVersion = reader.uint32();
                                message._configVersion = "configVersion";
                                continue;
                            }
                        case 9: {
                                if (wireType === 2) {
                                    if (!(message.errorCodes && message.errorCodes.length))
                                        message.errorCodes = [];
                                    reader.uint32s(message.errorCodes);
                                    continue;
                                }
                                if (wireType !== 0)
                                    break;
                                if (!(message.errorCodes && message.errorCodes.length))
                                    message.errorCodes = [];
                                message.errorCodes.push(reader.uint32());
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                message.clockOffsetS = reader.sint32();
                                message._clockOffsetS = "clockOffsetS";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Device;
            })();

            v1.ResetReason = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "RESET_REASON_UNSPECIFIED"] = 0;
                values[valuesById[1] = "RESET_REASON_POWER"] = 1;
                values[valuesById[2] = "RESET_REASON_WATCHDOG"] = 2;
                values[valuesById[3] = "RESET_REASON_COMMAND"] = 3;
                values[valuesById[4] = "RESET_REASON_FIRMWARE"] = 4;
                values[valuesById[5] = "RESET_REASON_CRASH"] = 5;
                return values;
            })();

            v1.Environment = (function() {

                const Environment = function (properties) {
                    this.fans = [];
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Environment.prototype.boardTemperatureDc = null;
                Environment.prototype.ambientTemperatureDc = null;
                Environment.prototype.fans = $util.emptyArray;
                Environment.prototype.humidityPercent = null;
                Environment.prototype.doorOpen = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Environment.prototype, "_boardTemperatureDc", {
                    get: $util.oneOfGetter($oneOfFields = ["boardTemperatureDc"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Environment.prototype, "_ambientTemperatureDc", {
                    get: $util.oneOfGetter($oneOfFields = ["ambientTemperatureDc"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Environment.prototype, "_humidityPercent", {
                    get: $util.oneOfGetter($oneOfFields = ["humidityPercent"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Environment.prototype, "_doorOpen", {
                    get: $util.oneOfGetter($oneOfFields = ["doorOpen"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Environment.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.boardTemperatureDc != null && $Object.hasOwnProperty.call(message, "boardTemperatureDc"))
                        writer.uint32(8).sint32(message.boardTemperatureDc);
                    if (message.ambientTemperatureDc != null && $Object.hasOwnProperty.call(message, "ambientTemperatureDc"))
                        writer.uint32(16).sint32(message.ambientTemperatureDc);
                    if (message.fans != null && message.fans.length)
                        for (let i = 0; i < message.fans.length; ++i)
                            $root.stellacontrol.device.v1.Fan.encode(message.fans[i], writer.uint32(26).fork(), _depth + 1).ldelim();
                    if (message.humidityPercent != null && $Object.hasOwnProperty.call(message, "humidityPercent"))
                        writer.uint32(32).uint32(message.humidityPercent);
                    if (message.doorOpen != null && $Object.hasOwnProperty.call(message, "doorOpen"))
                        writer.uint32(40).bool(message.doorOpen);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Environment.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Environment();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.boardTemperatureDc = reader.sint32();
                                message._boardTemperatureDc = "boardTemperatureDc";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.ambientTemperatureDc = reader.sint32();
                                message._ambientTemperatureDc = "ambientTemperatureDc";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 2)
                                    break;
                                if (!(message.fans && message.fans.length))
                                    message.fans = [];
                                message.fans.push($root.stellacontrol.device.v1.Fan.decode(reader, reader.size(), $undefined, _depth + 1));
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.humidityPercent = reader.uint32();
                                message._humidityPercent = "humidityPercent";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.doorOpen = reader.bool();
                                message._doorOpen = "doorOpen";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Environment;
            })();

            v1.Fan = (function() {

                const Fan = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Fan.prototype.speedRpm = null;
                Fan.prototype.drivePercent = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Fan.prototype, "_speedRpm", {
                    get: $util.oneOfGetter($oneOfFields = ["speedRpm"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Fan.prototype, "_drivePercent", {
                    get: $util.oneOfGetter($oneOfFields = ["drivePercent"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Fan.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.speedRpm != null && $Object.hasOwnProperty.call(message, "speedRpm"))
                        writer.uint32(8).uint32(message.speedRpm);
                    if (message.drivePercent != null && $Object.hasOwnProperty.call(message, "drivePercent"))
                        writer.uint32(16).uint32(message.drivePercent);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Fan.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Fan();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.speedRpm = reader.uint32();
                                message._speedRpm = "speedRpm";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.drivePercent = reader.uint32();
                                message._drivePercent = "drivePercent";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Fan;
            })();

            v1.Power = (function() {

                const Power = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Power.prototype.source = null;
                Power.prototype.supplyMv = null;
                Power.prototype.supplyMa = null;
                Power.prototype.inputPowerDw = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Power.prototype, "_source", {
                    get: $util.oneOfGetter($oneOfFields = ["source"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Power.prototype, "_supplyMv", {
                    get: $util.oneOfGetter($oneOfFields = ["supplyMv"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Power.prototype, "_supplyMa", {
                    get: $util.oneOfGetter($oneOfFields = ["supplyMa"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Power.prototype, "_inputPowerDw", {
                    get: $util.oneOfGetter($oneOfFields = ["inputPowerDw"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Power.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.source != null && $Object.hasOwnProperty.call(message, "source"))
                        writer.uint32(8).int32(message.source);
                    if (message.supplyMv != null && $Object.hasOwnProperty.call(message, "supplyMv"))
                        writer.uint32(16).uint32(message.supplyMv);
                    if (message.supplyMa != null && $Object.hasOwnProperty.call(message, "supplyMa"))
                        writer.uint32(24).uint32(message.supplyMa);
                    if (message.inputPowerDw != null && $Object.hasOwnProperty.call(message, "inputPowerDw"))
                        writer.uint32(32).uint32(message.inputPowerDw);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Power.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Power();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.source = reader.int32();
                                message._source = "source";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.supplyMv = reader.uint32();
                                message._supplyMv = "supplyMv";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.supplyMa = reader.uint32();
                                message._supplyMa = "supplyMa";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.inputPowerDw = reader.uint32();
                                message._inputPowerDw = "inputPowerDw";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Power;
            })();

            v1.PowerSource = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "POWER_SOURCE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "POWER_SOURCE_MAINS"] = 1;
                values[valuesById[2] = "POWER_SOURCE_DC"] = 2;
                values[valuesById[3] = "POWER_SOURCE_BATTERY"] = 3;
                values[valuesById[4] = "POWER_SOURCE_POE"] = 4;
                values[valuesById[5] = "POWER_SOURCE_SOLAR"] = 5;
                return values;
            })();

            v1.Band = (function() {

                const Band = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Band.prototype.band = null;
                Band.prototype.state = null;
                Band.prototype.gainSetDb10 = null;
                Band.prototype.gainMaxDb10 = null;
                Band.prototype.gainActualDb10 = null;
                Band.prototype.gainLimitCause = null;
                Band.prototype.downlinkInDbm10 = null;
                Band.prototype.downlinkInBelowDb10 = null;
                Band.prototype.downlinkInAboveDb10 = null;
                Band.prototype.downlinkOutDbm10 = null;
                Band.prototype.downlinkOutBelowDb10 = null;
                Band.prototype.downlinkOutAboveDb10 = null;
                Band.prototype.isolationDb10 = null;
                Band.prototype.uplinkOutDbm10 = null;
                Band.prototype.paTemperatureDc = null;
                Band.prototype.uplinkInDbm10 = null;
                Band.prototype.uplinkActiveS = null;
                Band.prototype.shutdownReason = null;
                Band.prototype.shutdownRetries = null;
                Band.prototype.oscillations_24h = null;
                Band.prototype.returnLossDb10 = null;
                Band.prototype.uplinkGainActualDb10 = null;
                Band.prototype.enabled = null;
                Band.prototype.donorRsrpDbm10 = null;
                Band.prototype.donorRsrqDb10 = null;
                Band.prototype.donorSinrDb10 = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_band", {
                    get: $util.oneOfGetter($oneOfFields = ["band"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_state", {
                    get: $util.oneOfGetter($oneOfFields = ["state"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_gainSetDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["gainSetDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_gainMaxDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["gainMaxDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_gainActualDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["gainActualDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_gainLimitCause", {
                    get: $util.oneOfGetter($oneOfFields = ["gainLimitCause"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkInDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkInDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkInBelowDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkInBelowDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkInAboveDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkInAboveDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkOutDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkOutDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkOutBelowDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkOutBelowDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_downlinkOutAboveDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["downlinkOutAboveDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_isolationDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["isolationDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_uplinkOutDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["uplinkOutDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_paTemperatureDc", {
                    get: $util.oneOfGetter($oneOfFields = ["paTemperatureDc"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_uplinkInDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["uplinkInDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_uplinkActiveS", {
                    get: $util.oneOfGetter($oneOfFields = ["uplinkActiveS"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_shutdownReason", {
                    get: $util.oneOfGetter($oneOfFields = ["shutdownReason"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_shutdownRetries", {
                    get: $util.oneOfGetter($oneOfFields = ["shutdownRetries"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_oscillations_24h", {
                    get: $util.oneOfGetter($oneOfFields = ["oscillations_24h"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_returnLossDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["returnLossDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_uplinkGainActualDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["uplinkGainActualDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_enabled", {
                    get: $util.oneOfGetter($oneOfFields = ["enabled"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_donorRsrpDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["donorRsrpDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_donorRsrqDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["donorRsrqDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Band.prototype, "_donorSinrDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["donorSinrDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Band.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.band != null && $Object.hasOwnProperty.call(message, "band"))
                        writer.uint32(8).uint32(message.band);
                    if (message.state != null && $Object.hasOwnProperty.call(message, "state"))
                        writer.uint32(16).int32(message.state);
                    if (message.gainSetDb10 != null && $Object.hasOwnProperty.call(message, "gainSetDb10"))
                        writer.uint32(24).sint32(message.gainSetDb10);
                    if (message.gainMaxDb10 != null && $Object.hasOwnProperty.call(message, "gainMaxDb10"))
                        writer.uint32(32).sint32(message.gainMaxDb10);
                    if (message.gainActualDb10 != null && $Object.hasOwnProperty.call(message, "gainActualDb10"))
                        writer.uint32(40).sint32(message.gainActualDb10);
                    if (message.gainLimitCause != null && $Object.hasOwnProperty.call(message, "gainLimitCause"))
                        writer.uint32(48).int32(message.gainLimitCause);
                    if (message.downlinkInDbm10 != null && $Object.hasOwnProperty.call(message, "downlinkInDbm10"))
                        writer.uint32(56).sint32(message.downlinkInDbm10);
                    if (message.downlinkInBelowDb10 != null && $Object.hasOwnProperty.call(message, "downlinkInBelowDb10"))
                        writer.uint32(64).uint32(message.downlinkInBelowDb10);
                    if (message.downlinkInAboveDb10 != null && $Object.hasOwnProperty.call(message, "downlinkInAboveDb10"))
                        writer.uint32(72).uint32(message.downlinkInAboveDb10);
                    if (message.downlinkOutDbm10 != null && $Object.hasOwnProperty.call(message, "downlinkOutDbm10"))
                        writer.uint32(80).sint32(message.downlinkOutDbm10);
                    if (message.downlinkOutBelowDb10 != null && $Object.hasOwnProperty.call(message, "downlinkOutBelowDb10"))
                        writer.uint32(88).uint32(message.downlinkOutBelowDb10);
                    if (message.downlinkOutAboveDb10 != null && $Object.hasOwnProperty.call(message, "downlinkOutAboveDb10"))
                        writer.uint32(96).uint32(message.downlinkOutAboveDb10);
                    if (message.isolationDb10 != null && $Object.hasOwnProperty.call(message, "isolationDb10"))
                        writer.uint32(104).sint32(message.isolationDb10);
                    if (message.uplinkOutDbm10 != null && $Object.hasOwnProperty.call(message, "uplinkOutDbm10"))
                        writer.uint32(112).sint32(message.uplinkOutDbm10);
                    if (message.paTemperatureDc != null && $Object.hasOwnProperty.call(message, "paTemperatureDc"))
                        writer.uint32(120).sint32(message.paTemperatureDc);
                    if (message.uplinkInDbm10 != null && $Object.hasOwnProperty.call(message, "uplinkInDbm10"))
                        writer.uint32(128).sint32(message.uplinkInDbm10);
                    if (message.uplinkActiveS != null && $Object.hasOwnProperty.call(message, "uplinkActiveS"))
                        writer.uint32(136).uint32(message.uplinkActiveS);
                    if (message.shutdownReason != null && $Object.hasOwnProperty.call(message, "shutdownReason"))
                        writer.uint32(144).int32(message.shutdownReason);
                    if (message.shutdownRetries != null && $Object.hasOwnProperty.call(message, "shutdownRetries"))
                        writer.uint32(152).uint32(message.shutdownRetries);
                    if (message.oscillations_24h != null && $Object.hasOwnProperty.call(message, "oscillations_24h"))
                        writer.uint32(160).uint32(message.oscillations_24h);
                    if (message.returnLossDb10 != null && $Object.hasOwnProperty.call(message, "returnLossDb10"))
                        writer.uint32(168).uint32(message.returnLossDb10);
                    if (message.uplinkGainActualDb10 != null && $Object.hasOwnProperty.call(message, "uplinkGainActualDb10"))
                        writer.uint32(176).sint32(message.uplinkGainActualDb10);
                    if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled"))
                        writer.uint32(184).bool(message.enabled);
                    if (message.donorRsrpDbm10 != null && $Object.hasOwnProperty.call(message, "donorRsrpDbm10"))
                        writer.uint32(192).sint32(message.donorRsrpDbm10);
                    if (message.donorRsrqDb10 != null && $Object.hasOwnProperty.call(message, "donorRsrqDb10"))
                        writer.uint32(200).sint32(message.donorRsrqDb10);
                    if (message.donorSinrDb10 != null && $Object.hasOwnProperty.call(message, "donorSinrDb10"))
                        writer.uint32(208).sint32(message.donorSinrDb10);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Band.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Band();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.band = reader.uint32();
                                message._band = "band";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.state = reader.int32();
                                message._state = "state";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.gainSetDb10 = reader.sint32();
                                message._gainSetDb10 = "gainSetDb10";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.gainMaxDb10 = reader.sint32();
                                message._gainMaxDb10 = "gainMaxDb10";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.gainActualDb10 = reader.sint32();
                                message._gainActualDb10 = "gainActualDb10";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.gainLimitCause = reader.int32();
                                message._gainLimitCause = "gainLimitCause";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkInDbm10 = reader.sint32();
                                message._downlinkInDbm10 = "downlinkInDbm10";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkInBelowDb10 = reader.uint32();
                                message._downlinkInBelowDb10 = "downlinkInBelowDb10";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkInAboveDb10 = reader.uint32();
                                message._downlinkInAboveDb10 = "downlinkInAboveDb10";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkOutDbm10 = reader.sint32();
                                message._downlinkOutDbm10 = "downlinkOutDbm10";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkOutBelowDb10 = reader.uint32();
                                message._downlinkOutBelowDb10 = "downlinkOutBelowDb10";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                message.downlinkOutAboveDb10 = reader.uint32();
                                message._downlinkOutAboveDb10 = "downlinkOutAboveDb10";
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                message.isolationDb10 = reader.sint32();
                                message._isolationDb10 = "isolationDb10";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 0)
                                    break;
                                message.uplinkOutDbm10 = reader.sint32();
                                message._uplinkOutDbm10 = "uplinkOutDbm10";
                                continue;
                            }
                        case 15: {
                                if (wireType !== 0)
                                    break;
                                message.paTemperatureDc = reader.sint32();
                                message._paTemperatureDc = "paTemperatureDc";
                                continue;
                            }
                        case 16: {
                                if (wireType !== 0)
                                    break;
                                message.uplinkInDbm10 = reader.sint32();
                                message._uplinkInDbm10 = "uplinkInDbm10";
                                continue;
                            }
                        case 17: {
                                if (wireType !== 0)
                                    break;
                                message.uplinkActiveS = reader.uint32();
                                message._uplinkActiveS = "uplinkActiveS";
                                continue;
                            }
                        case 18: {
                                if (wireType !== 0)
                                    break;
                                message.shutdownReason = reader.int32();
                                message._shutdownReason = "shutdownReason";
                                continue;
                            }
                        case 19: {
                                if (wireType !== 0)
                                    break;
                                message.shutdownRetries = reader.uint32();
                                message._shutdownRetries = "shutdownRetries";
                                continue;
                            }
                        case 20: {
                                if (wireType !== 0)
                                    break;
                                message.oscillations_24h = reader.uint32();
                                message._oscillations_24h = "oscillations_24h";
                                continue;
                            }
                        case 21: {
                                if (wireType !== 0)
                                    break;
                                message.returnLossDb10 = reader.uint32();
                                message._returnLossDb10 = "returnLossDb10";
                                continue;
                            }
                        case 22: {
                                if (wireType !== 0)
                                    break;
                                message.uplinkGainActualDb10 = reader.sint32();
                                message._uplinkGainActualDb10 = "uplinkGainActualDb10";
                                continue;
                            }
                        case 23: {
                                if (wireType !== 0)
                                    break;
                                message.enabled = reader.bool();
                                message._enabled = "enabled";
                                continue;
                            }
                        case 24: {
                                if (wireType !== 0)
                                    break;
                                message.donorRsrpDbm10 = reader.sint32();
                                message._donorRsrpDbm10 = "donorRsrpDbm10";
                                continue;
                            }
                        case 25: {
                                if (wireType !== 0)
                                    break;
                                message.donorRsrqDb10 = reader.sint32();
                                message._donorRsrqDb10 = "donorRsrqDb10";
                                continue;
                            }
                        case 26: {
                                if (wireType !== 0)
                                    break;
                                message.donorSinrDb10 = reader.sint32();
                                message._donorSinrDb10 = "donorSinrDb10";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Band;
            })();

            v1.BandState = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "BAND_STATE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "BAND_STATE_OFF"] = 1;
                values[valuesById[2] = "BAND_STATE_STARTING"] = 2;
                values[valuesById[3] = "BAND_STATE_ACTIVE"] = 3;
                values[valuesById[4] = "BAND_STATE_STANDBY"] = 4;
                values[valuesById[5] = "BAND_STATE_REDUCED"] = 5;
                values[valuesById[6] = "BAND_STATE_SHUT_DOWN"] = 6;
                values[valuesById[7] = "BAND_STATE_LOCKED_OUT"] = 7;
                values[valuesById[8] = "BAND_STATE_FAULT"] = 8;
                return values;
            })();

            v1.GainLimitCause = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "GAIN_LIMIT_CAUSE_UNSPECIFIED"] = 0;
                values[valuesById[1] = "GAIN_LIMIT_CAUSE_NONE"] = 1;
                values[valuesById[2] = "GAIN_LIMIT_CAUSE_HARDWARE"] = 2;
                values[valuesById[3] = "GAIN_LIMIT_CAUSE_ISOLATION"] = 3;
                values[valuesById[4] = "GAIN_LIMIT_CAUSE_AGC"] = 4;
                values[valuesById[5] = "GAIN_LIMIT_CAUSE_ALC"] = 5;
                values[valuesById[6] = "GAIN_LIMIT_CAUSE_REGULATORY"] = 6;
                values[valuesById[7] = "GAIN_LIMIT_CAUSE_TEMPERATURE"] = 7;
                values[valuesById[8] = "GAIN_LIMIT_CAUSE_USER"] = 8;
                values[valuesById[9] = "GAIN_LIMIT_CAUSE_STANDBY"] = 9;
                return values;
            })();

            v1.ShutdownReason = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "SHUTDOWN_REASON_UNSPECIFIED"] = 0;
                values[valuesById[1] = "SHUTDOWN_REASON_NONE"] = 1;
                values[valuesById[2] = "SHUTDOWN_REASON_USER"] = 2;
                values[valuesById[3] = "SHUTDOWN_REASON_OSCILLATION"] = 3;
                values[valuesById[4] = "SHUTDOWN_REASON_OVER_POWER"] = 4;
                values[valuesById[5] = "SHUTDOWN_REASON_OVER_INPUT"] = 5;
                values[valuesById[6] = "SHUTDOWN_REASON_OVER_TEMPERATURE"] = 6;
                values[valuesById[7] = "SHUTDOWN_REASON_VSWR"] = 7;
                values[valuesById[8] = "SHUTDOWN_REASON_PA_FAULT"] = 8;
                values[valuesById[9] = "SHUTDOWN_REASON_SUPPLY"] = 9;
                return values;
            })();

            v1.Modem = (function() {

                const Modem = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                Modem.prototype.bearer = null;
                Modem.prototype.ethernetLink = null;
                Modem.prototype.rsrpDbm10 = null;
                Modem.prototype.rsrqDb10 = null;
                Modem.prototype.sinrDb10 = null;
                Modem.prototype.rssiDbm10 = null;
                Modem.prototype.plmn = null;
                Modem.prototype.cellId = null;
                Modem.prototype.mqttRttMs = null;
                Modem.prototype.reconnects_24h = null;
                Modem.prototype.temperatureC = null;
                Modem.prototype.dataTxBytes = null;
                Modem.prototype.dataRxBytes = null;
                Modem.prototype.roaming = null;

                let $oneOfFields;

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_bearer", {
                    get: $util.oneOfGetter($oneOfFields = ["bearer"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_ethernetLink", {
                    get: $util.oneOfGetter($oneOfFields = ["ethernetLink"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_rsrpDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["rsrpDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_rsrqDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["rsrqDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_sinrDb10", {
                    get: $util.oneOfGetter($oneOfFields = ["sinrDb10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_rssiDbm10", {
                    get: $util.oneOfGetter($oneOfFields = ["rssiDbm10"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_plmn", {
                    get: $util.oneOfGetter($oneOfFields = ["plmn"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_cellId", {
                    get: $util.oneOfGetter($oneOfFields = ["cellId"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_mqttRttMs", {
                    get: $util.oneOfGetter($oneOfFields = ["mqttRttMs"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_reconnects_24h", {
                    get: $util.oneOfGetter($oneOfFields = ["reconnects_24h"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_temperatureC", {
                    get: $util.oneOfGetter($oneOfFields = ["temperatureC"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_dataTxBytes", {
                    get: $util.oneOfGetter($oneOfFields = ["dataTxBytes"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_dataRxBytes", {
                    get: $util.oneOfGetter($oneOfFields = ["dataRxBytes"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                // Virtual OneOf for proto3 optional field
                $Object.defineProperty(Modem.prototype, "_roaming", {
                    get: $util.oneOfGetter($oneOfFields = ["roaming"]),
                    set: $util.oneOfSetter($oneOfFields)
                });

                Modem.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.bearer != null && $Object.hasOwnProperty.call(message, "bearer"))
                        writer.uint32(8).int32(message.bearer);
                    if (message.ethernetLink != null && $Object.hasOwnProperty.call(message, "ethernetLink"))
                        writer.uint32(16).bool(message.ethernetLink);
                    if (message.rsrpDbm10 != null && $Object.hasOwnProperty.call(message, "rsrpDbm10"))
                        writer.uint32(24).sint32(message.rsrpDbm10);
                    if (message.rsrqDb10 != null && $Object.hasOwnProperty.call(message, "rsrqDb10"))
                        writer.uint32(32).sint32(message.rsrqDb10);
                    if (message.sinrDb10 != null && $Object.hasOwnProperty.call(message, "sinrDb10"))
                        writer.uint32(40).sint32(message.sinrDb10);
                    if (message.rssiDbm10 != null && $Object.hasOwnProperty.call(message, "rssiDbm10"))
                        writer.uint32(48).sint32(message.rssiDbm10);
                    if (message.plmn != null && $Object.hasOwnProperty.call(message, "plmn"))
                        writer.uint32(56).uint32(message.plmn);
                    if (message.cellId != null && $Object.hasOwnProperty.call(message, "cellId"))
                        writer.uint32(64).uint32(message.cellId);
                    if (message.mqttRttMs != null && $Object.hasOwnProperty.call(message, "mqttRttMs"))
                        writer.uint32(72).uint32(message.mqttRttMs);
                    if (message.reconnects_24h != null && $Object.hasOwnProperty.call(message, "reconnects_24h"))
                        writer.uint32(80).uint32(message.reconnects_24h);
                    if (message.temperatureC != null && $Object.hasOwnProperty.call(message, "temperatureC"))
                        writer.uint32(88).uint32(message.temperatureC);
                    if (message.dataTxBytes != null && $Object.hasOwnProperty.call(message, "dataTxBytes"))
                        writer.uint32(96).uint64(message.dataTxBytes);
                    if (message.dataRxBytes != null && $Object.hasOwnProperty.call(message, "dataRxBytes"))
                        writer.uint32(104).uint64(message.dataRxBytes);
                    if (message.roaming != null && $Object.hasOwnProperty.call(message, "roaming"))
                        writer.uint32(112).bool(message.roaming);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                Modem.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.stellacontrol.device.v1.Modem();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 0)
                                    break;
                                message.bearer = reader.int32();
                                message._bearer = "bearer";
                                continue;
                            }
                        case 2: {
                                if (wireType !== 0)
                                    break;
                                message.ethernetLink = reader.bool();
                                message._ethernetLink = "ethernetLink";
                                continue;
                            }
                        case 3: {
                                if (wireType !== 0)
                                    break;
                                message.rsrpDbm10 = reader.sint32();
                                message._rsrpDbm10 = "rsrpDbm10";
                                continue;
                            }
                        case 4: {
                                if (wireType !== 0)
                                    break;
                                message.rsrqDb10 = reader.sint32();
                                message._rsrqDb10 = "rsrqDb10";
                                continue;
                            }
                        case 5: {
                                if (wireType !== 0)
                                    break;
                                message.sinrDb10 = reader.sint32();
                                message._sinrDb10 = "sinrDb10";
                                continue;
                            }
                        case 6: {
                                if (wireType !== 0)
                                    break;
                                message.rssiDbm10 = reader.sint32();
                                message._rssiDbm10 = "rssiDbm10";
                                continue;
                            }
                        case 7: {
                                if (wireType !== 0)
                                    break;
                                message.plmn = reader.uint32();
                                message._plmn = "plmn";
                                continue;
                            }
                        case 8: {
                                if (wireType !== 0)
                                    break;
                                message.cellId = reader.uint32();
                                message._cellId = "cellId";
                                continue;
                            }
                        case 9: {
                                if (wireType !== 0)
                                    break;
                                message.mqttRttMs = reader.uint32();
                                message._mqttRttMs = "mqttRttMs";
                                continue;
                            }
                        case 10: {
                                if (wireType !== 0)
                                    break;
                                message.reconnects_24h = reader.uint32();
                                message._reconnects_24h = "reconnects_24h";
                                continue;
                            }
                        case 11: {
                                if (wireType !== 0)
                                    break;
                                message.temperatureC = reader.uint32();
                                message._temperatureC = "temperatureC";
                                continue;
                            }
                        case 12: {
                                if (wireType !== 0)
                                    break;
                                message.dataTxBytes = reader.uint64();
                                message._dataTxBytes = "dataTxBytes";
                                continue;
                            }
                        case 13: {
                                if (wireType !== 0)
                                    break;
                                message.dataRxBytes = reader.uint64();
                                message._dataRxBytes = "dataRxBytes";
                                continue;
                            }
                        case 14: {
                                if (wireType !== 0)
                                    break;
                                message.roaming = reader.bool();
                                message._roaming = "roaming";
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                return Modem;
            })();

            v1.Bearer = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "BEARER_UNSPECIFIED"] = 0;
                values[valuesById[1] = "BEARER_ETHERNET"] = 1;
                values[valuesById[2] = "BEARER_GSM"] = 2;
                values[valuesById[3] = "BEARER_WCDMA"] = 3;
                values[valuesById[4] = "BEARER_LTE"] = 4;
                values[valuesById[5] = "BEARER_NR"] = 5;
                values[valuesById[6] = "BEARER_WLAN"] = 6;
                return values;
            })();

            return v1;
        })();

        return device;
    })();

    return stellacontrol;
})();

export {
  $root as default
};
