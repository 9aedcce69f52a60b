using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics.Devices;

/// <summary>
/// What NVIDIA's driver says of the GPU that libtorch computes on, the first that is visible to the process. The driver answers without libtorch,
/// whose load takes seconds and memory. Thread-safe.
/// </summary>
internal static partial class CudaDriver
{
    private const string Library = "libcuda.so.1";
    private const int Success = 0;
    private const int OutOfMemory = 2;
    private const int ComputeCapabilityMajor = 75;

    /// <summary>The generation whose matrix units know bfloat16.</summary>
    private const int Ampere = 8;

    private static readonly Lazy<bool> _hasDevice = new(() =>
        NativeLibrary.TryLoad(Library, out _) && cuInit(0) == Success && cuDeviceGetCount(out int count) == Success && count > 0);

    /// <summary>Whether there is a GPU and its driver.</summary>
    public static bool HasDevice => _hasDevice.Value;

    /// <summary>Whether the GPU multiplies matrices of bfloat16 in hardware: compute capability 8.0 (Ampere) or higher.</summary>
    public static bool HasBfloat16
    {
        get
        {
            Check(cuDeviceGet(out int device, 0));
            Check(cuDeviceGetAttribute(out int major, ComputeCapabilityMajor, device));
            return major >= Ampere;
        }
    }

    /// <summary>Returns the free memory of the GPU, in bytes. What libtorch keeps for its next tensors counts as used.</summary>
    /// <exception cref="InsufficientMemoryException">There is none even for a context.</exception>
    public static long FreeMemory()
    {
        Check(cuDeviceGet(out int device, 0));
        Check(cuDevicePrimaryCtxRetain(out nint context, device));
        try
        {
            Check(cuCtxPushCurrent_v2(context));
            int status = cuMemGetInfo_v2(out nuint free, out _);
            Check(cuCtxPopCurrent_v2(out _));
            Check(status);
            return (long)free;
        }
        finally
        {
            Check(cuDevicePrimaryCtxRelease_v2(device));
        }
    }

    private static void Check(int status)
    {
        if (status == OutOfMemory) throw new InsufficientMemoryException("The GPU has no memory left.");
        if (status != Success) throw new InvalidOperationException($"The driver of the GPU answers with the error {status}.");
    }

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuCtxPushCurrent_v2(nint context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuCtxPopCurrent_v2(out nint context);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int cuMemGetInfo_v2(out nuint free, out nuint total);
}
