"""A small picture, for people who send one without having one."""

from __future__ import annotations

import base64

DEMO_PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAAB4AgMAAADK/FV4AAAACVBMVEVKkNn////wyDywKaqeAAAB9ElEQVR42u2XT07zQAzFPU+O"
    "hFgZqQdgzSl8hByBo+Qo3/ITB2LNKVBXFYuWpMnYwQ8JCaHOIo3S+U3esz1/InJrt3Zrt5a2l//LPUrEk+Afh2ASueeQOxGRiUIe"
    "50sZmeZXVRGse6JqZTEDPkeoul/8/9BbvoFMqyj8ImF/CbkE+fjrhL2tfn7qLUd+ip2urtRycaSQt2v3NeTIL32nSeQ9jZiHzKuc"
    "nrPx2kjnRflUmvLZbzTiif8caXxZqoiRiFVihkIi95BWstPXmFOIXvwQiPFz30tlhi6RjUGUX5SsFrJgIhuBeE0fvipj3UM0RB/2"
    "EAtLxscdJIzU0CtDYMVW4Wte2Cx0HUVLEY1C14KYYT+DKtIpQ+R+uR2DwRAl0tYPhwTRndR7jFgUMotshltS25gaYsSDVWYI/8Re"
    "Gc+CDhGiUV8P5wXCROq2oweI79faoUdaFLIxnrHJvu/bYcYO0SBWmohEXsaWbImI3Wv3bNwgLSiZIQsf0jLeaF0mGhIr/QHAvjpc"
    "WUsTiyT32mmdlSEr4zE1h8R9ixbOK6S2rX7KR/lQMY+M6vloUUad+X1GtIocZsSqSJsR55Sh7v5TGQgrl9FBWLmUEflhpWfEhVMG"
    "xv1ZGRj3Z2Wg3Is0F1BWRMQEnBUR5b9em0NZxmAsMnwA7P4msRdEUs4AAAAASUVORK5CYII="
)
