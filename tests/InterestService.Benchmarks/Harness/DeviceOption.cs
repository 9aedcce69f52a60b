using System.CommandLine;
using InterestService.Harness;
using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Events;
using Spectre.Console;

namespace InterestService.Benchmarks.Harness;

/// <summary>The option <c>--device</c> of commands that can run on a GPU.</summary>
internal static class DeviceOption
{
    public static Option<string> Create(string description)
    {
        var option = Commands.CreateOption("--device", description, "cpu");
        option.AcceptOnlyFromAmong("cpu", "cuda");
        return option;
    }

    /// <summary>Returns whether this machine has the device; says what is missing if it has not.</summary>
    public static bool IsThere(string device)
    {
        try
        {
            Devices.Resolve(device);
            return true;
        }
        catch (PipelineException exception)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{exception.Message} --device cuda needs an NVIDIA GPU and a build with -p:Torch=cuda.[/]");
            return false;
        }
    }
}
