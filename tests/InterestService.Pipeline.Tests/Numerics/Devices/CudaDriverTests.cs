using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics.Devices;

namespace InterestService.Pipeline.Tests.Numerics.Devices;

/// <summary>What is read from NVIDIA's driver, with a library in its place: the loader takes one that is loaded for any other of the same name.</summary>
public sealed class CudaDriverTests
{
    private const string Library = "libcuda.so.1";

    private const string Source = """
        #include <stddef.h>
        static int retained, lacking, major;
        static void *current;
        void driver_set(int capability, int without_memory) { major = capability; lacking = without_memory; }
        int driver_held(void) { return retained + (current != 0); }
        int cuInit(unsigned flags) { return flags; }
        int cuDeviceGetCount(int *count) { *count = 1; return 0; }
        int cuDeviceGet(int *device, int ordinal) { *device = ordinal + 3; return 0; }
        int cuDeviceGetAttribute(int *value, int attribute, int device) { *value = major; return attribute == 75 && device == 3 ? 0 : 1; }
        int cuDevicePrimaryCtxRetain(void **context, int device) { if (lacking) return 2; retained++; *context = &retained; return 0; }
        int cuDevicePrimaryCtxRelease_v2(int device) { retained--; return 0; }
        int cuCtxPushCurrent_v2(void *context) { current = context; return 0; }
        int cuCtxPopCurrent_v2(void **context) { *context = current; current = 0; return 0; }
        int cuMemGetInfo_v2(size_t *free, size_t *total) { if (!current) return 201; *free = 77UL << 30; *total = 80UL << 30; return 0; }
        """;

    [Fact]
    public async Task The_free_memory_and_the_generation_are_those_of_the_first_GPU()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad(Library, out _), "This machine has NVIDIA's driver.");
        nint driver = await BuildAsync();
        var set = Marshal.GetDelegateForFunctionPointer<Set>(NativeLibrary.GetExport(driver, "driver_set"));
        var held = Marshal.GetDelegateForFunctionPointer<Held>(NativeLibrary.GetExport(driver, "driver_held"));
        Assert.Equal(77L << 30, CudaDriver.FreeMemory());
        set(8, 0);
        Assert.True(CudaDriver.HasBfloat16);
        set(7, 0);
        Assert.False(CudaDriver.HasBfloat16);
        set(7, 1);
        Assert.Throws<InsufficientMemoryException>(() => CudaDriver.FreeMemory());
        Assert.Equal(0, held());
    }

    private static async Task<nint> BuildAsync()
    {
        var folder = Directory.CreateTempSubdirectory("driver-");
        try
        {
            string path = Path.Combine(folder.FullName, Library), source = Path.Combine(folder.FullName, "driver.c");
            await File.WriteAllTextAsync(source, Source, TestContext.Current.CancellationToken);
            using var compiler = Start("gcc", "-shared", "-fPIC", $"-Wl,-soname,{Library}", source, "-o", path);
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, compiler.ExitCode);
            return NativeLibrary.Load(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(program, arguments);
        }
        catch (Win32Exception)
        {
            Assert.Skip("gcc is not installed.");
            throw;
        }
    }

    private delegate void Set(int capability, int withoutMemory);

    private delegate int Held();
}
