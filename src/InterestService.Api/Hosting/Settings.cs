using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting;

/// <summary>Binds settings to section <c>InterestService</c> of the configuration and validates them at start.</summary>
internal static class Settings
{
    /// <summary>Binds a class of settings.</summary>
    /// <param name="services">The services that receive the settings as <see cref="IOptions{T}"/>.</param>
    /// <param name="subsection">Section within section <c>InterestService</c>; null binds to keys of that section itself.</param>
    /// <param name="check">Returns errors that annotations cannot express.</param>
    public static void AddSettings<T>(this IServiceCollection services, string? subsection = null, Func<T, IEnumerable<string>>? check = null)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(subsection is null ? InterestServiceOptions.Section : $"{InterestServiceOptions.Section}:{subsection}").ValidateOnStart();
        string name = nameof(InterestServiceOptions) + (subsection is null ? "" : $".{subsection}");
        services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(name, check));
    }

    /// <summary>Validates all settings before anything else starts.</summary>
    /// <exception cref="OptionsValidationException">At least one setting is invalid; the message names all that are.</exception>
    public static void ValidateSettings(this IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (AggregateException errors)
        {
            var failures = errors.InnerExceptions.Cast<OptionsValidationException>().SelectMany(error => error.Failures);
            throw new OptionsValidationException(Options.DefaultName, typeof(InterestServiceOptions), failures);
        }
    }

    private sealed class SettingsValidator<T>(string path, Func<T, IEnumerable<string>>? check) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
            string[] errors =
            [
                .. results.Select(result =>
                    $"DataAnnotation validation failed for '{path}' members: '{string.Join(",", result.MemberNames)}' with the error: '{result.ErrorMessage}'."),
                .. check?.Invoke(options) ?? [],
            ];
            return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}

/// <summary>The program cannot start for a reason that its user can fix; the message says what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);
