using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace InterestService.Api.Hosting.Telemetry;

/// <summary>
/// Memory of the GPUs of this machine, by NVIDIA's management library, which comes with the driver and sees the use of all processes. Without the
/// library there are no such metrics.
/// </summary>
internal sealed class DeviceMemory(IMeterFactory meters) : IHostedService
{
    private const string Library = "libnvidia-ml.so.1";
    private const int Success = 0;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!NativeLibrary.TryLoad(Library, out _) || nvmlInit_v2() != Success) return Task.CompletedTask;
        var meter = meters.Service();
        meter.CreateObservableGauge("hw.gpu.memory.usage", () => Read(memory => memory.Used), "By", "Memory of a GPU in use, by all processes.");
        meter.CreateObservableGauge("hw.gpu.memory.limit", () => Read(memory => memory.Total), "By", "Memory of a GPU.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IEnumerable<Measurement<long>> Read(Func<Memory, ulong> figure)
    {
        if (nvmlDeviceGetCount_v2(out uint devices) != Success) yield break;
        for (uint index = 0; index < devices; index++)
        {
            if (nvmlDeviceGetHandleByIndex_v2(index, out nint device) == Success && nvmlDeviceGetMemoryInfo(device, out var memory) == Success)
                yield return new Measurement<long>((long)figure(memory), new KeyValuePair<string, object?>("hw.id", index.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nvmlInit_v2();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nvmlDeviceGetCount_v2(out uint count);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nvmlDeviceGetHandleByIndex_v2(uint index, out nint device);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int nvmlDeviceGetMemoryInfo(nint device, out Memory memory);

    /// <summary><c>nvmlMemory_t</c>, in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Memory
    {
        public readonly ulong Total;
        public readonly ulong Free;
        public readonly ulong Used;
    }
}
