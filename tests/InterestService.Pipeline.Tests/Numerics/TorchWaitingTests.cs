using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed partial class TorchWaitingTests
{
    [Fact]
    public void Threads_of_libtorch_sleep_while_they_wait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have another runtime of OpenMP.");
        _ = new Matrix(1, 1); // any use of the assembly
        Assert.Equal("passive", Marshal.PtrToStringUTF8(ReadVariable("OMP_WAIT_POLICY")), ignoreCase: true);
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReadVariable(string name);
}
