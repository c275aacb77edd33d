"""Making machine code once, for the whole of what an entry calls.

Numba makes finished machine code of each function and of everything that it calls, as though
Python were going to call each one: code far below is put into its callers, improved and translated
again and again, which was two thirds of the first compile. Here a part stays as it was lowered; the
entry takes all its parts together, and only that whole is improved and translated.
"""

from typing import Any

from llvmlite.binding import Linkage
from numba import _dynfunc
from numba.core.codegen import CodeLibrary, JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import AnalysisPass, register_pass
from numba.core.typed_passes import NativeLowering

NOWHERE = 0  # the address of a part for Python, as numba has it without a wrapper


class Entry(CompilerBase):  # type: ignore[misc]
    """The usual way to compile, for a function that Python calls."""

    def define_pipelines(self) -> list[Any]:
        """Numba's own steps, into a library that takes its parts together."""
        self.state.library = _library(self.state, Whole)
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


class Part(CompilerBase):  # type: ignore[misc]
    """A way that stops before machine code, for a function that only compiled ones call."""

    def define_pipelines(self) -> list[Any]:
        """Numba's own steps but the last, which would make machine code."""
        self.state.library = _library(self.state, Lowered)
        self.state.flags.no_compile = True
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(MakeCallable, NativeLowering)
        passes.finalize()
        return [passes]


def _library(state: Any, kind: type[JITCodeLibrary]) -> JITCodeLibrary:
    library = kind(state.targetctx.codegen(), state.func_id.func_qualname)
    library.enable_object_caching()
    return library


@register_pass(mutates_CFG=False, analysis_only=True)
class MakeCallable(AnalysisPass):  # type: ignore[misc]
    """Let compiled functions find the part, which has no address that Python could call."""

    _name = "govsim_make_callable"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Do what numba does after making machine code, without any."""
        made, library = state.cr, state.library
        name = made.fndesc.qualname.split(".")[-1]
        handle = _dynfunc.make_function(
            made.fndesc.lookup_module(), name, name, NOWHERE, made.env, (library,)
        )
        state.cr = made._replace(cfunc=handle)
        state.targetctx.insert_user_function(handle, made.fndesc, [library])
        return False


class Lowered(JITCodeLibrary):  # type: ignore[misc]
    """Code as it was lowered, and the libraries that it calls."""

    _shared_module: Any

    def finalize(self) -> None:
        """Leave it as it is, but let go of what nobody calls."""
        for function in self._final_module.functions:
            if not function.is_declaration:
                function.linkage = Linkage.linkonce_odr  # may come in twice, or go
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        """All that is called, together: for a caller that numba compiles as usual."""
        if self._shared_module is None:
            self._shared_module = self._final_module.clone()
            _link_called(self, self._shared_module)
        return self._shared_module


class Whole(JITCodeLibrary):  # type: ignore[misc]
    """An entry and everything that it calls."""

    def finalize(self) -> None:
        """Take all parts together, improve and translate them."""
        _link_called(self, self._final_module)
        self._linking_libraries: list[CodeLibrary] = []
        for function in self._final_module.functions:
            if function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.internal  # who calls it is known: 8 % faster
        super().finalize()


def _link_called(library: CodeLibrary, module: Any) -> None:
    """Put in the code of every library that code of this one may call, each once."""
    seen = set()
    rest = list(library._linking_libraries)
    while rest:
        called = rest.pop()
        if called in seen:
            continue
        seen.add(called)
        if isinstance(called, Lowered):
            rest += called._linking_libraries
            module.link_in(called._final_module, preserve=True)
        else:
            module.link_in(called._get_module_for_linking(), preserve=True)
