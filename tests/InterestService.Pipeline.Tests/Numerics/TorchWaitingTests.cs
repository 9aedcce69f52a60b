using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class TorchWaitingTests
{
    [Fact]
    public void Threads_of_libtorch_sleep_while_they_wait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have another runtime of OpenMP.");
        _ = new Matrix(1, 1); // any use of the assembly
        Assert.Equal("passive", Marshal.PtrToStringUTF8(ReadVariable("OMP_WAIT_POLICY")), ignoreCase: true);
    }

    [DllImport("libc", EntryPoint = "getenv", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
