using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Tests.Numerics;

/// <summary>Settings of the allocator and of the threads below libtorch; what other tests free would serve the tensors of these, so nothing runs beside them.</summary>
[Collection(nameof(TorchRuntimeTests))]
public sealed class TorchRuntimeTests
{
    private const int Tensors = 3;
    private const int TensorBytes = 24 << 20;

    public TorchRuntimeTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other runtimes.");
        _ = new Matrix(1, 1); // any use of the assembly
    }

    [Fact]
    public void Threads_of_libtorch_sleep_soon_when_they_wait() =>
        Assert.Equal(TorchRuntime.SpinCount, Marshal.PtrToStringUTF8(ReadVariable("GOMP_SPINCOUNT")));

    [Fact]
    public void Memory_of_tensors_is_kept_for_the_next_ones_until_it_is_released()
    {
        const int Steps = 10;
        using var _ = new TorchThreads(1); // the calling thread fills the tensors
        AllocateTensors(); // libtorch is loaded, and the allocator has grown
        long before = ReadFaults();
        for (int step = 0; step < Steps; step++) AllocateTensors();
        long kept = ReadFaults() - before;
        Assert.InRange(kept, 0, Steps * Tensors * TensorBytes / Environment.SystemPageSize / 4);
        // Memory at the end of a heap stays: every other tensor is disposed, so that some of it is not there.
        var tensors = Enumerable.Range(0, 2 * Tensors).Select(_ => zeros(TensorBytes / sizeof(float))).ToArray();
        for (int i = 0; i < tensors.Length; i += 2) tensors[i].Dispose();
        TorchRuntime.ReleaseFreeMemory();
        before = ReadFaults();
        AllocateTensors();
        Assert.InRange(ReadFaults() - before, TensorBytes / Environment.SystemPageSize / 2, long.MaxValue);
        for (int i = 1; i < tensors.Length; i += 2) tensors[i].Dispose();
    }

    private static void AllocateTensors()
    {
        var tensors = Enumerable.Range(0, Tensors).Select(_ => zeros(TensorBytes / sizeof(float))).ToArray();
        foreach (var tensor in tensors) tensor.Dispose();
    }

    /// <summary>Reads how many pages the calling thread has faulted in.</summary>
    private static long ReadFaults()
    {
        string status = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[7], System.Globalization.CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "getenv", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}

[CollectionDefinition(nameof(TorchRuntimeTests), DisableParallelization = true)]
public sealed class TorchRuntimeCollectionDefinition;
